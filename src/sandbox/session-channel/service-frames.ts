import { randomUUID } from "node:crypto";
import { type AgentMessage, encodeMessage, FLAGS, PAYLOAD } from "./agent-message.ts";

/** The agent's answer to a frame of input. */
export function acknowledgement(message: AgentMessage, now: number): Buffer {
  const content = {
    AcknowledgedMessageType: message.type,
    AcknowledgedMessageId: message.id,
    AcknowledgedMessageSequenceNumber: message.sequence,
    IsSequentialMessage: true,
  };
  return encodeMessage({
    type: "acknowledge",
    createdAt: now,
    sequence: 0,
    flags: FLAGS.whole,
    id: randomUUID(),
    payloadType: PAYLOAD.none,
    payload: Buffer.from(JSON.stringify(content)),
  });
}

/** The service's last message. An empty text is a normal end. */
export function channelClosed(session: string, output: string, now: number): Buffer {
  const id = randomUUID();
  const content = {
    MessageId: id,
    CreatedDate: new Date(now).toISOString(),
    DestinationId: randomUUID(),
    SessionId: session,
    MessageType: "channel_closed",
    SchemaVersion: 1,
    Output: output,
  };
  return serviceFrame("channel_closed", Buffer.from(JSON.stringify(content)), now, id);
}

/** `pause_publication` and `start_publication`: the payload seems to be the name itself [?]. */
export const publication = (type: "pause_publication" | "start_publication", now: number): Buffer =>
  serviceFrame(type, Buffer.from(type), now);

const serviceFrame = (type: string, payload: Buffer, now: number, id: string = randomUUID()): Buffer =>
  encodeMessage({ type, createdAt: now, sequence: 0, flags: FLAGS.whole, id, payload });

/** One frame from the agent: output of a command or of a forwarded port, a step of the handshake, a flag. */
export const outputFrame = (payloadType: number, payload: Buffer, sequence: number, now: number): Buffer =>
  encodeMessage({
    type: "output_stream_data",
    createdAt: now,
    sequence,
    flags: sequence === 0 ? FLAGS.first : FLAGS.none,
    id: randomUUID(),
    payloadType,
    payload,
  });
