import { onWayOut } from "../../../commands/way-out.ts";
import { type Given, textOf } from "../../cli/options.ts";
import { answersOf, asksPeople, openScreen } from "../../cli/output.ts";
import { type Context, operatorOf, stateDirOf } from "../../cli/process-context.ts";
import { commandLine } from "../../domain/command-line.ts";
import { guardError, usageError } from "../../domain/error.ts";
import { type Execution, undoable } from "../../domain/execution.ts";
import type { ExitCode } from "../../domain/exit-codes.ts";
import type { Phase } from "../../domain/plan.ts";
import type { Runbook } from "../../domain/runbook.ts";
import type { Caller } from "../../domain/target.ts";
import { execute, putBack, undo as undoExecution } from "../../engine/execute.ts";
import { notBack, restoredBy } from "../../engine/put-back.ts";
import { takeUp } from "../../engine/run.ts";
import { stepsAhead } from "../../engine/upcoming-confirmations.ts";
import { continueJournal, type Loaded, listExecutions, loadJournal } from "../../journal/journal-file.ts";
import { assertExpected, assertRestAnswerable } from "../../ui/io/flag-answers.ts";
import { readDocument } from "../open-runbook.ts";
import { shippedRunbooks } from "../prepared.ts";
import { endpointOf } from "../target/endpoint-override.ts";
import { openSite } from "../target/open.ts";
import { underMigrationLock } from "./migration-lock.ts";
import { conclude, engineOf, underLock } from "./session.ts";

/** Goes on with the execution that is named, or with the newest that is unfinished; in a rehearsal it answers itself. */
export async function resumeExecution(given: Given, context: Context, answersItself = false): Promise<ExitCode> {
  const id = textOf(given, "id") ?? (await newest(given, context, isUnfinished, "There is nothing to resume"));
  return goOn(id, undefined, given, context, answersItself);
}

/** Takes back the execution that is named, or the newest that changed something. */
export async function undoExecutionOf(given: Given, context: Context, answersItself = false): Promise<ExitCode> {
  const id = textOf(given, "id") ?? (await newest(given, context, isUndoable, "There is nothing to undo"));
  return goOn(id, "undo", given, context, answersItself);
}

function isUnfinished({ ended }: Execution): boolean {
  return ended === undefined || !["done", "undone"].includes(ended.status);
}

function isUndoable(execution: Execution): boolean {
  return undoable(execution).length > 0;
}

async function newest(given: Given, context: Context, fits: (execution: Execution) => boolean, none: string) {
  const { executions } = await listExecutions(stateDirOf(given, context));
  const found = executions.find((execution) => isOfThisWorld(execution, context) && fits(execution));
  if (found === undefined) throw usageError("execution-unknown", none, ["vulcan-ops history"]);
  return found.id;
}

/** An undo that was interrupted is gone on with as an undo. */
async function goOn(
  id: string,
  asked: Phase | undefined,
  given: Given,
  context: Context,
  answersItself: boolean,
): Promise<ExitCode> {
  const loaded = await loadJournal(stateDirOf(given, context), id);
  const mode = asked ?? loaded.execution.mode;
  if (mode === "do" && !isUnfinished(loaded.execution)) throw alreadyEnded(loaded.execution);
  if (!isOfThisWorld(loaded.execution, context)) throw otherWorld(loaded.execution, context);
  const site = await openSite(given, context, loaded.execution.started.target);
  assertSameAccount(loaded.execution, await site.caller());
  const answers = answersOf(given, context, answersItself);
  const screen = openScreen(given, context, answers, site.clock);
  const work = async () => {
    const scene = { given, context, site, screen };
    for (const line of remarks(loaded)) screen.say(`${line}\n`);
    const { text, source } = loaded.execution.started.runbook;
    const document = await readDocument(text, source, "meaning");
    if (mode === "do") isToPutBack(loaded.execution, document.runbook);
    return await underLock(id, `${mode === "undo" ? "undo" : "resume"} ${id}`, scene, async (dir, hold) => {
      await hold.ready();
      hold.tell();
      // Read again under the lock: another process may have gone on with it in the meantime.
      const current = await loadJournal(dir, id);
      const isOnlyBack = mode === "do" && isToPutBack(current.execution, document.runbook);
      const isAttended = asksPeople(given, context);
      if (!isOnlyBack && (!isAttended || answers.expectCurrent !== undefined)) {
        const ahead = await stepsAhead(site.planner, document.runbook, current.execution, mode);
        (isAttended ? assertExpected : assertRestAnswerable)(ahead, answers);
      }
      return underMigrationLock(document.runbook, scene, async () => {
        const journal = await continueJournal(current);
        return conclude(journal, id, scene, async () => {
          const engine = engineOf(journal, hold, scene);
          const run = await takeUp(engine, current.execution, document.runbook, { mode, ...operatorOf() });
          if (isOnlyBack) return putBack(run);
          return mode === "undo" ? undoExecution(run) : execute(run);
        });
      });
    });
  };
  return onWayOut(
    work,
    () => screen.close(),
    () => {},
  );
}

/** An execution of a sandbox never goes on in a real account, nor the other way round. */
function isOfThisWorld({ started }: Execution, { env }: Context): boolean {
  return started.endpoint === endpointOf(env);
}

function otherWorld({ id, started }: Execution, { env }: Context): Error {
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
 * Once a restoring step has put something back, what earlier steps prepared is gone: the rest must not be done without
 * it, if anything is left. What a restoring step could not put back is put back by `resume`, and no more.
 */
function isToPutBack(execution: Execution, runbook: Runbook): boolean {
  const { id, steps } = execution;
  if (runbook.steps.every((step) => ["done", "skipped"].includes(steps[step.id]?.state ?? "pending"))) return false;
  const restored = restoredBy(execution, runbook);
  if (restored === undefined) return false;
  if (notBack(execution, runbook).length > 0) return true;
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
