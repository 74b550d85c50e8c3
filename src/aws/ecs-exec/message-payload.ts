import type { Frame } from "./agent-message.ts";

/** The JSON inside frames: what we write, and what we read from the other side. */

export const acknowledging = (frame: Frame): Buffer =>
  json({
    AcknowledgedMessageType: frame.type,
    AcknowledgedMessageId: frame.id,
    AcknowledgedMessageSequenceNumber: frame.sequence,
    IsSequentialMessage: true,
  });

/** Which frame an acknowledgement is for. */
export function acknowledged(payload: Buffer): number | undefined {
  const sequence = parsed(payload).AcknowledgedMessageSequenceNumber;
  return typeof sequence === "number" ? sequence : undefined;
}

/** The service's closing message: empty for a normal end, or if the payload cannot be read. */
export function lastWord(payload: Buffer): string {
  const { Output } = parsed(payload);
  return typeof Output === "string" ? Output : "";
}

export const size = (columns: number, rows: number): Buffer => json({ cols: columns, rows });

/** `EXIT_CODE: 3`, as text [V]; never sent by ECS Exec. */
export function exitCode(payload: Buffer): number | undefined {
  const digits = /^EXIT_CODE: (\d{1,3})$/.exec(payload.toString("utf8").trim())?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The text frame that opens a channel; it gets no reply. Agents refuse versions older than 1.2.312. */
export const opening = (token: string, newId: () => string): string =>
  JSON.stringify({
    MessageSchemaVersion: "1.0",
    RequestId: newId(),
    TokenValue: token,
    ClientId: newId(),
    ClientVersion: CLIENT_VERSION,
  });

/** The plugin version whose protocol we implement. */
export const CLIENT_VERSION = "1.2.677.0";

export const json = (content: object): Buffer => Buffer.from(JSON.stringify(content));

export function parsed(payload: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(payload.toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
