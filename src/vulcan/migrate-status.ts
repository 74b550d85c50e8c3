import type { ContainerOutcome, ContainerShell } from "../domain/container-shell.ts";
import { OpsError } from "../domain/error.ts";
import { EXIT } from "../domain/exit-codes.ts";
import { type MigrationAnswer, toMigrations } from "../domain/migrations/applied.ts";
import { redactText } from "../domain/redact.ts";
import { sanitise } from "../domain/sanitise.ts";
import { parseInstant } from "../domain/time.ts";
import { migrationsByCurl } from "./admin-api-in-container.ts";

/** Only reads; not every Vulcan has it. */
const COMMAND = ["vulcan", "migrate", "status"] as const;

/** Runs the program in a container; `place` names the container. Throws an OpsError with the reason if it fails. */
export async function migrateStatusIn(
  shell: Pick<ContainerShell, "run">,
  place: string,
  signal: AbortSignal,
): Promise<MigrationAnswer> {
  const outcome = await shell.run(COMMAND, { signal });
  if (isWithoutCommand(outcome)) return migrationsByCurl(shell, place, signal);
  if (outcome.kind === "unknown") throw statusError("migrate-status-unknown", `${place} was lost: ${outcome.why}`);
  if (outcome.code !== 0) throw failure(outcome, place);
  const read = parseMigrateStatus(textOf(outcome) ?? "");
  if ("answer" in read) return { ...read.answer, place };
  const line = redactText(sanitise(read.unreadable, { most: 120 }));
  throw statusError("migrate-status-gibberish", `${place} printed what cannot be read: ${line}`);
}

const isWithoutCommand = (outcome: ContainerOutcome): boolean =>
  outcome.kind === "exited" && outcome.code === 2 && /^usage:/im.test(outcome.output.text);

function failure({ code, output }: ContainerOutcome & { kind: "exited" }, place: string): OpsError {
  if (code === 127) return statusError("migrate-status-no-program", `${place} has no program \`vulcan\` on its path`);
  const lastLine = sanitise(output.text.trimEnd().split("\n").at(-1) ?? "", { most: 200 });
  const end = lastLine === "" ? "" : `: ${lastLine}`;
  return statusError("migrate-status-failed", `${place}: \`vulcan migrate status\` ended with exit code ${code}${end}`);
}

/** Uses the exact output, not the text that is safe to show: a masked secret there may include a line's end. */
function textOf({ output }: ContainerOutcome): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(output.bytes);
  } catch {
    return undefined;
  }
}

const APPLIED = /^version=([1-9]\d{0,14}) applied_at=(\d\S+) description="(\P{Cc}*)"$/u;
const PENDING = /^(?:no pending migrations|([1-9]\d{0,5}) pending)$/;
/** Log lines of Vulcan beside the list; ERR is not among them. */
const LOGGED = /^(?:TRC|DBG|INF|WRN) /;

/** Expects one line per migration, then the number of pending ones. Any difference rejects the whole output. */
export function parseMigrateStatus(
  text: string,
): { readonly answer: MigrationAnswer } | { readonly unreadable: string } {
  const printed = text.split(/\r?\n/).filter((line) => line !== "" && !LOGGED.test(line));
  const last = PENDING.exec(printed.at(-1) ?? "");
  const lines = last === null ? printed : printed.slice(0, -1);
  const rows = lines.map(toRow);
  const odd = lines[rows.indexOf(undefined)];
  if (odd !== undefined) return { unreadable: odd };
  if (last === null) return { unreadable: "no line at its end says how many are pending" };
  const applied = toMigrations(rows);
  if (applied === undefined) return { unreadable: "a list of migrations that is none" };
  return { answer: { applied, pending: Number(last[1] ?? 0) } };
}

function toRow(line: string): { version: string; applied_at: string; description: string } | undefined {
  const [, version, at, description] = APPLIED.exec(line) ?? [];
  const instant = parseInstant(at ?? "", 0);
  if (version === undefined || description === undefined || instant === undefined) return undefined;
  return { version, applied_at: instant, description };
}

function statusError(code: string, message: string, next: readonly string[] = []): OpsError {
  return new OpsError({ code, exitCode: EXIT.failed, fault: "remote", message, effect: "none", next });
}
