import { randomBytes } from "node:crypto";
import type { ContainerOutcome, ContainerRunOptions, ExecPlace } from "../../domain/container-shell.ts";
import { redactText } from "../../domain/redact.ts";
import { sanitise } from "../../domain/sanitise.ts";
import { type ExecCalls, encryptedError, notStartedError } from "./api.ts";
import { OutputBuffer } from "./output-buffer.ts";
import { runSession, type SessionResult } from "./run-session.ts";
import { wrapOnce } from "./shell-wrapper.ts";
import type { ExecLimits } from "./timeouts.ts";
import type { OpenLine } from "./transport.ts";

/** What every command in a container needs. */
export interface ExecDeps {
  readonly calls: ExecCalls;
  readonly place: ExecPlace;
  readonly limits: ExecLimits;
  /** Epoch milliseconds, for the headers of frames. */
  readonly now: () => number;
  readonly openLine: OpenLine;
}

/** Runs a command that changes nothing: sends one ExecuteCommand, once, and returns its outcome. */
export async function runInContainer(
  deps: ExecDeps,
  argv: readonly string[],
  { signal, onLine }: ContainerRunOptions = {},
): Promise<ContainerOutcome> {
  signal?.throwIfAborted();
  const secret = newSecret();
  const output = new OutputBuffer(onLine);
  const ticket = await deps.calls.execute(wrapOnce(secret, argv));
  const result = await runSession(ticket, { ...deps, secret, output, outputForm: "bytes", signal });
  notStartedOutcome(deps.place, result);
  const code = exitCodeOf(result);
  return code === undefined
    ? { kind: "unknown", why: whyUnknown(result), output: output.end() }
    : { kind: "exited", code, output: output.end() };
}

/** Throws if the agent itself says that the command never ran. */
export function notStartedOutcome(place: ExecPlace, { end, words }: SessionResult): void {
  if (end.kind === "encrypted") throw encryptedError(place);
  if (end.kind === "closed" && end.message.startsWith("Unable to start command:") && !words.has("BEGIN")) {
    throw notStartedError(place, end.message);
  }
}

export function exitCodeOf({ last }: SessionResult): number | undefined {
  if (last?.word !== "END" || !/^\d{1,3}$/.test(last.value)) return undefined;
  return Number(last.value);
}

/** Why the exit code is unknown, in one sentence. */
export function whyUnknown({ end, words }: SessionResult): string {
  const where = words.has("BEGIN") ? "after the command had begun" : "before a sign of the command";
  const message = end.kind === "lost" ? end.why : end.kind === "closed" ? end.message.trim() : "";
  const reason = redactText(sanitise(message, { most: 300 }));
  return reason === "" ? `the session ended ${where}, without an exit code` : `${reason} (${where})`;
}

/** No output can forge a mark without this secret. */
export const newSecret = (): string => randomBytes(16).toString("hex");
