import { commandLine } from "../../domain/command-line.ts";
import { guardError, usageError } from "../../domain/error.ts";
import { type Execution, undoable } from "../../domain/execution.ts";
import type { Phase } from "../../domain/plan.ts";
import type { Environment, OpenIo } from "../../domain/ports.ts";
import type { Runbook, Step } from "../../domain/runbook.ts";
import type { Caller } from "../../domain/target.ts";
import { execute, putBack, undo } from "../../engine/execute.ts";
import { notBack, restoredBy } from "../../engine/put-back.ts";
import { takeUp } from "../../engine/run.ts";
import { stepsAhead } from "../../engine/upcoming-confirmations.ts";
import { continueJournal, type Loaded, listExecutions, loadJournal } from "../../journal/journal-file.ts";
import { endpointOf } from "../../target/endpoint-override.ts";
import { readDocument } from "../open-runbook.ts";
import { stateDirOf } from "../open-target.ts";
import { operatorOf } from "../operator.ts";
import { shippedRunbooks } from "../prepared.ts";
import { withMigrationLock } from "./migration-lock.ts";
import {
  type ExecutionResult,
  engineOf,
  type SessionOptions,
  withJournal,
  withSession,
  withTargetLock,
} from "./session.ts";

export interface ContinueOptions extends SessionOptions {
  /** The id of the execution; by default the newest one that can be continued. */
  readonly id?: string | undefined;
}

/** Resumes the execution that is named, or the newest that is unfinished. An undo that was interrupted stays an undo. */
export async function resumeExecution(
  options: ContinueOptions,
  environment: Environment,
  openIo: OpenIo,
): Promise<ExecutionResult> {
  const id = options.id ?? (await newest(options, environment, isUnfinished, "There is nothing to resume"));
  return continueExecution(id, undefined, options, environment, openIo);
}

/** Undoes the execution that is named, or the newest that changed something. */
export async function undoExecution(
  options: ContinueOptions,
  environment: Environment,
  openIo: OpenIo,
): Promise<ExecutionResult> {
  const id = options.id ?? (await newest(options, environment, isUndoable, "There is nothing to undo"));
  return continueExecution(id, "undo", options, environment, openIo);
}

function isUnfinished({ ended }: Execution): boolean {
  return ended === undefined || !["done", "undone"].includes(ended.status);
}

function isUndoable(execution: Execution): boolean {
  return undoable(execution).length > 0;
}

async function newest(
  options: ContinueOptions,
  environment: Environment,
  fits: (execution: Execution) => boolean,
  none: string,
): Promise<string> {
  const { executions } = await listExecutions(stateDirOf(options, environment));
  const found = executions.find((execution) => isOfThisWorld(execution, environment) && fits(execution));
  if (found === undefined) throw usageError("execution-unknown", none, ["vulcan-ops history"]);
  return found.id;
}

async function continueExecution(
  id: string,
  asked: Phase | undefined,
  options: ContinueOptions,
  environment: Environment,
  openIo: OpenIo,
): Promise<ExecutionResult> {
  const loaded = await loadJournal(stateDirOf(options, environment), id);
  const mode = asked ?? loaded.execution.mode;
  const { started } = loaded.execution;
  if (mode === "do" && !isUnfinished(loaded.execution)) throw alreadyEnded(loaded.execution);
  if (!isOfThisWorld(loaded.execution, environment)) throw otherWorld(loaded.execution, environment);
  return withSession(options, environment, openIo, { pinned: started.target }, async (session) => {
    const { target, io } = session;
    assertSameAccount(loaded.execution, await target.caller());
    for (const line of remarks(loaded)) io.say(line);
    const { runbook } = await readDocument(started.runbook.text, started.runbook.source, "meaning");
    if (mode === "do") assertNotRestored(loaded.execution, runbook);
    return withTargetLock(id, `${mode === "undo" ? "undo" : "resume"} ${id}`, session, async (dir, lock) => {
      await lock.ready();
      lock.tell();
      // Read again under the lock: another process may have continued it in the meantime.
      const current = await loadJournal(dir, id);
      if (mode === "do") assertNotRestored(current.execution, runbook);
      const isOnlyBack = mode === "do" && isToPutBack(current.execution, runbook);
      if (!isOnlyBack)
        await io.assertRestAnswerable(() => stepsAhead(target.planner, runbook, current.execution, mode));
      return withMigrationLock(runbook, session, async () =>
        withJournal(id, await continueJournal(current), session, async (journal) => {
          const engine = engineOf(journal, lock, session);
          const run = await takeUp(engine, current.execution, runbook, { mode, ...operatorOf() });
          if (isOnlyBack) return putBack(run);
          return mode === "undo" ? undo(run) : execute(run);
        }),
      );
    });
  });
}

/** An execution of a sandbox never continues in a real account, nor the other way round. */
function isOfThisWorld({ started }: Execution, { env }: Environment): boolean {
  return started.endpoint === endpointOf(env);
}

function otherWorld({ id, started }: Execution, { env }: Environment): Error {
  const name = (endpoint: string | undefined) => endpoint ?? "AWS itself";
  const where = `execution ${id} belongs to ${name(started.endpoint)}, and this shell points at ${name(endpointOf(env))}`;
  return guardError("other-world", where, [commandLine`vulcan-ops show ${id}`]);
}

function assertSameAccount({ id, started }: Execution, caller: Caller): void {
  if (caller.account === started.caller.account) return;
  const text = `execution ${id} belongs to account ${started.caller.account}, and these credentials to ${caller.account}`;
  throw guardError("account-mismatch", text, ["vulcan-ops … --profile NAME of the right account"]);
}

/**
 * The restoring step that has put something back before the steps were all done. What earlier steps prepared is gone by
 * it, so that the remaining steps must not be done.
 */
function restoredTooEarly(execution: Execution, runbook: Runbook): Step | undefined {
  const isBehind = ({ id }: Step) => ["done", "skipped"].includes(execution.steps[id]?.state ?? "pending");
  return runbook.steps.every(isBehind) ? undefined : restoredBy(execution, runbook);
}

/** What a restoring step could not put back is put back by `resume`, and the remaining steps are not done. */
function isToPutBack(execution: Execution, runbook: Runbook): boolean {
  return restoredTooEarly(execution, runbook) !== undefined && notBack(execution, runbook).length > 0;
}

function assertNotRestored(execution: Execution, runbook: Runbook): void {
  const { id } = execution;
  const restored = restoredTooEarly(execution, runbook);
  if (restored === undefined || isToPutBack(execution, runbook)) return;
  const text = `execution ${id} has already put things back (step ${restored.id}); begin a new one, or undo this one`;
  throw guardError("already-restored", text, [commandLine`vulcan-ops undo ${id}`, commandLine`vulcan-ops show ${id}`]);
}

function alreadyEnded({ id, ended }: Execution): Error {
  return usageError("execution-ended", `execution ${id} has come to its end: ${ended?.text ?? ""}`, [
    commandLine`vulcan-ops show ${id}`,
  ]);
}

/** What the operator should know about the record that is gone on with. */
function remarks({ execution, torn }: Loaded): string[] {
  const { runbook } = execution.started;
  const shipped = shippedRunbooks().get(runbook.source);
  return [
    ...(torn ? ["The journal's last record was cut short when the process died; it does not count."] : []),
    ...(shipped !== undefined && shipped.sha256 !== runbook.sha256
      ? [`Runbook ${runbook.source} has changed since; this execution goes on with the text it began with.`]
      : []),
  ];
}
