import { randomBytes } from "node:crypto";
import type { ContainerOutcome, ContainerRunOptions, ExecPlace } from "../../domain/container-shell.ts";
import { redactText } from "../../domain/redact.ts";
import { sanitise } from "../../domain/sanitise.ts";
import { type ExecCalls, encryptedError, notStartedError } from "./api.ts";
import { Output } from "./output-buffer.ts";
import { converse, type Told } from "./run-session.ts";
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

/** Runs a command that changes nothing: one ExecuteCommand, sent once, and what came of it. */
export async function runInContainer(
  deps: ExecDeps,
  argv: readonly string[],
  { signal, onLine }: ContainerRunOptions = {},
): Promise<ContainerOutcome> {
  signal?.throwIfAborted();
  const secret = newSecret();
  const output = new Output(onLine);
  const ticket = await deps.calls.execute(wrapOnce(secret, argv));
  const told = await converse(ticket, { ...deps, secret, output, takes: "bytes", signal });
  refuseWhatDidNotStart(deps.place, told);
  const code = exitCodeOf(told);
  return code === undefined
    ? { kind: "unknown", why: whyUnknown(told), output: output.end() }
    : { kind: "exited", code, output: output.end() };
}

/** Throws where the agent itself says that the command never ran. */
export function refuseWhatDidNotStart(place: ExecPlace, { end, words }: Told): void {
  if (end.kind === "encrypted") throw encryptedError(place);
  if (end.kind === "closed" && end.message.startsWith("Unable to start command:") && !words.has("BEGIN")) {
    throw notStartedError(place, end.message);
  }
}

export function exitCodeOf({ last }: Told): number | undefined {
  if (last?.word !== "END" || !/^\d{1,3}$/.test(last.value)) return undefined;
  return Number(last.value);
}

/** Why nobody knows, in one sentence. */
export function whyUnknown({ end, words }: Told): string {
  const where = words.has("BEGIN") ? "after the command had begun" : "before a sign of the command";
  const message = end.kind === "lost" ? end.why : end.kind === "closed" ? end.message.trim() : "";
  const said = redactText(sanitise(message, { most: 300 }));
  return said === "" ? `the session ended ${where}, without an exit code` : `${said} (${where})`;
}

/** Nobody can print a mark without having been told it. */
export const newSecret = (): string => randomBytes(16).toString("hex");
