import { commandLine } from "../../domain/command-line.ts";
import { OpsError, usageError } from "../../domain/error.ts";
import { type Execution, isExecutionId, outcomeOf } from "../../domain/execution.ts";
import { EXIT, type ExitCode } from "../../domain/exit-codes.ts";
import type { Environment, OpenIo } from "../../domain/ports.ts";
import { loadJournal } from "../../journal/journal-file.ts";
import { stateDir } from "../../journal/state-dir.ts";
import { isUnfinished, resumeExecution } from "./continue-execution.ts";
import { runRunbook } from "./run-runbook.ts";
import type { SavedRequest } from "./saved-request.ts";
import type { SessionOptions } from "./session.ts";
import { syncJournals } from "./shared-journals.ts";

/** What `run --as` did; `over`: the execution has come to its end before, and this command sent nothing. */
export type RanAs =
  | { readonly kind: "ran"; readonly exitCode: ExitCode }
  | { readonly kind: "over"; readonly exitCode: ExitCode; readonly text: string };

/**
 * Begins the execution of that id, continues it, or says that it is done. So the same command may be started any number
 * of times, on any machine that reads the same journal: by a pipeline that runs again, or by an engine after a worker
 * died. Exit 6 where the id is of another plan, or no id.
 */
export async function runAs(
  typed: string,
  { request, current, saved }: SavedRequest,
  options: SessionOptions,
  environment: Environment,
  openIo: OpenIo,
): Promise<RanAs> {
  const id = typed.toLowerCase();
  if (!isExecutionId(id))
    throw usageError("execution-id", `an execution's id has 4 to 12 letters and digits, not ${JSON.stringify(typed)}`, [
      "vulcan-ops run --plan FILE --as deploy4711",
    ]);
  await syncJournals(options, environment, id);
  const execution = await onRecord(id, options, environment);
  const own = { ...options, continuesOwn: true };
  if (execution === undefined) {
    const expectCurrent = options.expectCurrent ?? current;
    const named = { ...environment, ids: { execution: () => id } };
    const { outcome } = await runRunbook(request, { ...own, expectCurrent }, named, openIo);
    return { kind: "ran", exitCode: outcome.exitCode };
  }
  assertSamePlan(execution, saved.digest);
  if (!isUnfinished(execution)) return over(execution);
  // Only its first write replaces what the plan names.
  const expectCurrent = options.expectCurrent ?? (execution.written.length === 0 ? current : undefined);
  const { outcome } = await resumeExecution({ ...own, id, expectCurrent }, environment, openIo);
  return { kind: "ran", exitCode: outcome.exitCode };
}

/** Undefined where it has no record: its process died first, and sent nothing. */
async function onRecord(
  id: string,
  options: SessionOptions,
  { env }: Pick<Environment, "env">,
): Promise<Execution | undefined> {
  try {
    return (await loadJournal(stateDir(options.stateDir, env), id)).execution;
  } catch (error) {
    const code = error instanceof OpsError ? error.detail.code : "";
    if (code === "execution-unknown" || code === "execution-unrecorded") return undefined;
    throw error;
  }
}

function assertSamePlan({ id, started }: Execution, digest: string): void {
  if (started.plan === digest) return;
  const of = started.plan === undefined ? "no saved plan" : `plan ${started.plan.slice(0, 8)}`;
  throw usageError("execution-of-another-plan", `execution ${id} is of ${of}, and this is plan ${digest.slice(0, 8)}`, [
    commandLine`vulcan-ops show ${id}`,
    "the same command with another id",
  ]);
}

function over({ id, ended }: Execution): RanAs {
  const exitCode = Object.values(EXIT).find((code) => code === ended?.exitCode) ?? EXIT.done;
  const text = ended === undefined ? "" : `: ${outcomeOf(ended)}`;
  return { kind: "over", exitCode, text: `Execution ${id} has come to its end before${text}` };
}
