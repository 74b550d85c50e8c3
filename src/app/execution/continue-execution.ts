import { isSamePrincipal, principalName } from "../../domain/aws/principal.ts";
import { commandLine } from "../../domain/command-line.ts";
import { capitalised } from "../../domain/deed.ts";
import { guardError, OpsError, usageError } from "../../domain/error.ts";
import type { Execution } from "../../domain/execution.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import { handoverHead, handoverRows, lastHandover } from "../../domain/handover.ts";
import type { Phase, SettledTexts } from "../../domain/plan.ts";
import type { Environment, OpenIo, OperatorIo } from "../../domain/ports.ts";
import type { RecordedExecution } from "../../domain/recorded-execution.ts";
import { isNewer } from "../../domain/release-order.ts";
import type { Runbook, Step } from "../../domain/runbook.ts";
import type { Caller } from "../../domain/target.ts";
import { isRescue } from "../../engine/by-hand.ts";
import { execute, putBack, undo } from "../../engine/execute.ts";
import { partOf } from "../../engine/part-of.ts";
import { restoredBy, stepsNotPutBack } from "../../engine/put-back.ts";
import { resumeRun } from "../../engine/run.ts";
import { textsOfDone } from "../../engine/settled-texts.ts";
import { putBackByHand, undoByHand } from "../../engine/undo-by-hand.ts";
import { planUpcomingSteps } from "../../engine/upcoming-confirmations.ts";
import { continueJournal, loadJournal } from "../../journal/journal-file.ts";
import type { Loaded } from "../../journal/parse-journal.ts";
import { stateDir } from "../../journal/state-dir.ts";
import { readDocument } from "../open-runbook.ts";
import { operatorOf } from "../operator.ts";
import { readPrepared, shippedRunbooks } from "../prepared.ts";
import { assertExpectedOfRest } from "./expected-value.ts";
import { withMigrationLock } from "./migration-lock.ts";
import { namedExecution, newestExecution, worldHere } from "./named-execution.ts";
import { copiedFolder, namingWayByHand, type Refused, requestLines } from "./refusal.ts";
import {
  type ExecutionResult,
  type ExecutionSession,
  engineOf,
  type SessionOptions,
  withJournal,
  withSession,
  withTargetLock,
} from "./session.ts";
import { sharedBy, shareJournal } from "./share-journal.ts";
import { syncWith } from "./shared-journals.ts";
import { undoOverview } from "./undo-overview.ts";

export interface ContinueOptions extends SessionOptions {
  /** The execution: its id, the beginning of it, or `last`; by default the newest one that can be continued. */
  readonly id?: string | undefined;
}

/** Resumes the named execution, or the newest unfinished one. An interrupted undo continues as an undo. */
export async function resumeExecution(
  options: ContinueOptions,
  environment: Environment,
  openIo: OpenIo,
): Promise<ExecutionResult> {
  const id =
    options.id === undefined
      ? await newestExecution(options, environment, isResumable, "There is nothing to resume")
      : await namedExecution(options.id, options, environment);
  return continueExecution(id, undefined, options, environment, openIo);
}

/** Undoes the named execution, or the newest one that changed something. */
export async function undoExecution(
  options: ContinueOptions,
  environment: Environment,
  openIo: OpenIo,
): Promise<ExecutionResult> {
  const id =
    options.id === undefined
      ? await newestExecution(options, environment, ({ isUndoable }) => isUndoable, "There is nothing to undo")
      : await namedExecution(options.id, options, environment);
  return continueExecution(id, "undo", options, environment, openIo);
}

/** Where an execution has put everything back, `resume` only refuses. */
const isResumable = (execution: RecordedExecution): boolean =>
  isUnfinished(execution) && execution.ended?.isPutBack !== true;

export function isUnfinished({ ended }: Pick<RecordedExecution, "ended">): boolean {
  return ended === undefined || !["done", "undone"].includes(ended.status);
}

async function continueExecution(
  id: string,
  requestedMode: Phase | undefined,
  options: ContinueOptions,
  environment: Environment,
  openIo: OpenIo,
): Promise<ExecutionResult> {
  const loaded = await loadJournal(stateDir(options.stateDir, environment.env), id);
  const mode = requestedMode ?? modeOf(loaded);
  const { started } = loaded.execution;
  assertNotNewer(loaded);
  if (mode === "do" && !isUnfinished(loaded.execution)) throw alreadyEnded(loaded.execution);
  const here = await worldHere(started.target, options, environment);
  if (started.endpoint !== here) throw otherWorld(loaded.execution, here);
  return withSession(options, environment, openIo, { pinned: started.target }, async (session) => {
    const { target, io } = session;
    target.userAgent.execution = loaded.execution.id;
    const caller = await target.caller();
    assertSameAccount(loaded.execution, caller);
    await askForPrincipal(loaded.execution, caller, io);
    for (const line of remarks(loaded)) io.say(line);
    const page = lastHandover(loaded.events);
    if (page !== undefined) for (const line of [handoverHead(page), ...handoverRows(page)]) io.say(capitalised(line));
    const { planner } = target;
    const document = await readDocument(started.runbook.text, started.runbook.source, "meaning");
    const runbook = partOf(planner, document.runbook);
    if (mode === "do") assertNotRestored(loaded.execution, runbook);
    else for (const line of undoOverview(loaded.execution)) io.say(line);
    const lines = async (refused: Refused) => {
      if (refused === "folder") return requestLines(await planUpcomingSteps(planner, runbook, loaded.execution, mode));
      const line =
        mode === "undo"
          ? undoByHand(loaded.execution, runbook, planner)
          : mustPutBack(loaded.execution, runbook) && putBackByHand(loaded.execution, runbook, planner);
      return line ? [line] : [];
    };
    const work = () => continueUnderLock(loaded, runbook, mode, session);
    return namingWayByHand(work, lines, copiedFolder(target.stateDir));
  });
}

/** Under the lock the journal is read again: another process may have continued it in the meantime. */
function continueUnderLock({ execution }: Loaded, runbook: Runbook, mode: Phase, session: ExecutionSession) {
  const { id } = execution;
  const { target, io } = session;
  const isRescue = isRescueOf(execution, runbook, mode, session);
  const command = `${mode === "undo" ? "undo" : "resume"} ${id}`;
  return withTargetLock(id, command, { ...session, isRescue }, async (dir, lock) => {
    await lock.acquired();
    lock.flushNotices();
    if (target.sharedLog !== undefined) await syncWith(target.sharedLog, dir, session.environment, id);
    const current = await loadJournal(dir, id);
    if (mode === "do") assertNotRestored(current.execution, runbook);
    const isOnlyBack = mode === "do" && mustPutBack(current.execution, runbook);
    const upcoming = onceFor(() => planUpcomingSteps(target.planner, runbook, current.execution, mode));
    const settled = () => textsBehind(session, current.execution, runbook);
    if (!isOnlyBack) await io.assertRestAnswerable(upcoming, settled);
    const ahead = async () => (isOnlyBack ? [] : upcoming());
    await assertExpectedOfRest(target.planner, { execution: current.execution, runbook, ahead }, session.expectCurrent);
    const { store } = current.execution.started;
    const isBack = mode === "undo" || isOnlyBack;
    const sharing = { execution: id, store, runbook, isBack, hasSent: current.execution.written.length > 0 };
    return withMigrationLock(runbook, session, async () =>
      withJournal(
        id,
        shareJournal(await continueJournal(current), sharing, session, lock),
        session,
        lock,
        async (journal) => {
          const engine = await engineOf(journal, lock, session);
          const statedReason = session.reason;
          const by = {
            ...{ mode, ...operatorOf(), version: readPrepared().version, caller: await target.caller() },
            ...(statedReason !== undefined && { statedReason }),
            ...sharedBy(store),
          };
          io.learnSteps?.([...runbook.steps, ...runbook.finally]);
          const run = await resumeRun(engine, current.execution, runbook, by);
          if (isOnlyBack) return putBack(run);
          return mode === "undo" ? undo(run) : execute(run);
        },
      ),
    );
  });
}

/**
 * What has no end yet. Where the journal is shared, an undo may have changed something that is recorded on its machine
 * alone: what was done before it is no longer known to stand.
 */
function modeOf({ execution, events }: Loaded): Phase {
  const last = events.findLast((event) => event.type === "execution.resumed");
  const isUndoing = execution.started.store !== undefined && execution.ended === undefined && last?.mode === "undo";
  return isUndoing ? "undo" : execution.mode;
}

/** It puts something back, or everything that the runbook changes helps in an incident. */
const isRescueOf = (execution: Execution, runbook: Runbook, mode: Phase, { target }: ExecutionSession): boolean =>
  mode === "undo" || mustPutBack(execution, runbook) || isRescue(target.planner, runbook);

/** What the steps behind have asked for, and what a change of the credentials asks for. */
async function textsBehind(
  { target }: ExecutionSession,
  execution: Execution,
  runbook: Runbook,
): Promise<SettledTexts> {
  const { texts, areAll } = textsOfDone(target.planner, runbook, execution);
  return { texts: [...texts, { text: principalName(await target.caller()) }], areAll };
}

function onceFor<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => (reading ??= read());
}

/** What a newer release has written to a shared journal may mean more than this one understands. */
function assertNotNewer({ execution: { id, started }, events }: Loaded): void {
  if (started.store === undefined) return;
  const own = readPrepared().version;
  const versions = events.flatMap((event) => ("version" in event ? (event.version ?? []) : []));
  const newer = versions.find((version) => isNewer(version, own));
  if (newer === undefined) return;
  const text = `execution ${id} was begun or continued by vulcan-ops ${newer}, and this is ${own}`;
  throw guardError("journal-newer", text, [
    `the same command with release ${newer}`,
    commandLine`vulcan-ops show ${id}`,
  ]);
}

function otherWorld({ id, started }: Execution, here: string | undefined): Error {
  const name = (endpoint: string | undefined) => endpoint ?? "AWS itself";
  const where = `execution ${id} belongs to ${name(started.endpoint)}, and this shell points at ${name(here)}`;
  return guardError("other-world", where, [commandLine`vulcan-ops show ${id}`]);
}

function assertSameAccount({ id, started }: Execution, caller: Caller): void {
  if (caller.account === started.caller.account) return;
  const text = `execution ${id} belongs to account ${started.caller.account}, and these credentials to ${caller.account}`;
  throw guardError("account-mismatch", text, ["the same command with --profile NAME, of the right account"]);
}

/** Another principal may see and do other things than the one that began it. */
async function askForPrincipal({ id, callers }: Execution, now: Caller, io: OperatorIo): Promise<void> {
  if (callers.some((one) => isSamePrincipal(one, now))) return;
  const { yes } = await io.ask({ kind: "principal", execution: id, before: callers, now, text: principalName(now) });
  if (yes) return;
  throw new OpsError({
    code: "principal-differs",
    exitCode: EXIT.declined,
    fault: "operator",
    message: `execution ${id} is not continued with the credentials of ${principalName(now)}`,
    unchanged: "Nothing was sent by this command; the execution stands where it stood.",
    next: ["the same command with --profile NAME, of the principal on record", commandLine`vulcan-ops show ${id}`],
  });
}

/**
 * The restoring step that restored something before all steps were done. It also removed what earlier steps prepared,
 * so the remaining steps must not run.
 */
function earlyRestoringStep(execution: Execution, runbook: Runbook): Step | undefined {
  const isBehind = ({ id }: Step) => ["done", "skipped"].includes(execution.steps[id]?.state ?? "pending");
  return runbook.steps.every(isBehind) ? undefined : restoredBy(execution, runbook);
}

/** `resume` restores what a restoring step could not restore, and does not run the remaining steps. */
function mustPutBack(execution: Execution, runbook: Runbook): boolean {
  return earlyRestoringStep(execution, runbook) !== undefined && stepsNotPutBack(execution, runbook).length > 0;
}

function assertNotRestored(execution: Execution, runbook: Runbook): void {
  const { id } = execution;
  const restored = earlyRestoringStep(execution, runbook);
  if (restored === undefined || mustPutBack(execution, runbook)) return;
  const text = `execution ${id} has already put things back (step ${restored.id}); begin a new one, or undo this one`;
  // A process that died may have left the target's lock, which this refusal does not take.
  const next = [
    commandLine`vulcan-ops undo ${id}`,
    commandLine`vulcan-ops unlock ${id}`,
    commandLine`vulcan-ops show ${id}`,
  ];
  throw guardError("already-restored", text, [...linesOfUnfinished(execution), ...next]);
}

function alreadyEnded(execution: Execution): Error {
  const { id, ended } = execution;
  return usageError("execution-ended", `execution ${id} has come to its end: ${ended?.text ?? ""}`, [
    ...linesOfUnfinished(execution),
    commandLine`vulcan-ops show ${id}`,
  ]);
}

/** What puts back what the end has named. This command does not: the lock of an execution that has ended, for one. */
function linesOfUnfinished({ id, ended }: Execution): readonly string[] {
  const lines = (ended?.unfinished ?? []).map(({ command }) => command);
  return lines.filter((line) => line !== commandLine`vulcan-ops resume ${id}`);
}

/** What the operator should know about the journal that is continued. */
function remarks({ execution, torn }: Loaded): string[] {
  const { runbook } = execution.started;
  const shipped = shippedRunbooks().get(runbook.source);
  return [
    ...(torn ? ["The journal's last record was cut short when the process died; it does not count."] : []),
    ...(shipped !== undefined && shipped.sha256 !== runbook.sha256
      ? [`Runbook ${runbook.source} has changed since; this execution continues with the text it began with.`]
      : []),
  ];
}
