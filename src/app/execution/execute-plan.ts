import type { Clearance } from "../../domain/approval.ts";
import { guardError } from "../../domain/error.ts";
import { JOURNAL_SCHEMA_VERSION } from "../../domain/execution-event.ts";
import { blocks, nextOfBlocks, type Plan } from "../../domain/plan.ts";
import type { Runbook } from "../../domain/runbook.ts";
import { isRescue, planByHand } from "../../engine/by-hand.ts";
import { execute } from "../../engine/execute.ts";
import { startRun } from "../../engine/run.ts";
import { textsOfUnchanged } from "../../engine/settled-texts.ts";
import { createJournal } from "../../journal/journal-file.ts";
import type { OpenTarget } from "../open-target.ts";
import { operatorOf } from "../operator.ts";
import { readPrepared } from "../prepared.ts";
import { askForContainer } from "./ask-for-container.ts";
import { clearanceFor } from "./clearance.ts";
import { assertExpectedFact, assertExpectedOfNothing } from "./expected-value.ts";
import { leftByOthers } from "./left-by-others.ts";
import { withMigrationLock } from "./migration-lock.ts";
import { FRESH_FOLDER, namingWayByHand, type Refused, requestLines } from "./refusal.ts";
import type { RunRequest } from "./run-request.ts";
import {
  asksAtGates,
  type ExecutionResult,
  type ExecutionSession,
  engineOf,
  withJournal,
  withTargetLock,
} from "./session.ts";
import { type Sharing, sharedBy, shareJournal } from "./share-journal.ts";
import { lacksReason, statedReason } from "./stated-reason.ts";
import type { TargetLock } from "./target-lock.ts";

export type MakePlan = (target: OpenTarget) => Promise<Plan>;

/**
 * Lock, plan, show, ask, journal, execute. The plan's reads begin with the one of the caller: on a slow network each
 * answer is awaited by a person. What was read before the lock was ours is read again before each write.
 */
export async function executePlan(
  request: RunRequest,
  makePlan: MakePlan,
  session: ExecutionSession,
): Promise<ExecutionResult> {
  const { io, environment } = session;
  const { runbook } = request.document;
  const id = environment.ids.execution();
  session.target.userAgent.execution = id;
  let plan: Plan | undefined;
  const { planner } = session.target;
  const lines = async (refused: Refused) => {
    if (refused === "work" && !isRescue(planner, runbook)) return [];
    const planned = plan ?? (await makePlan(session.target));
    return refused === "folder" ? requestLines(planned.steps) : planByHand(planner, runbook, planned);
  };
  const planning = makePlan(session.target).catch(async (failure: unknown) => {
    await assertExpectedOfNothing(session.target.planner, failure, session.expectCurrent);
    throw failure;
  });
  // Why the target cannot be locked is said first.
  planning.catch(() => undefined);
  const work = () =>
    withTargetLock(id, request.command, { ...session, isRescue: isRescue(planner, runbook) }, async (dir, lock) => {
      // While the plan is read: a store that does not answer is known when the first record is due.
      const looked = session.target.sharedLog?.read(id, 1);
      looked?.catch(() => undefined);
      const [first, left] = await Promise.all([
        planUnderLock(lock, planning, () => makePlan(session.target)),
        leftByOthers(session.target),
      ]);
      const target = await askForContainer(first, session);
      const planned = target === session.target ? first : await makePlan(target);
      const own = { ...session, target };
      plan = planned;
      if (asksAtGates(session) && hasGates(runbook)) io.say(GATES_ONLY);
      io.showPlan(planned);
      for (const sentence of left) io.say(sentence);
      assertNotBlocked(planned);
      lock.flushNotices();
      const settled = textsOfUnchanged(target.planner, runbook, planned);
      io.assertAnswerable(planned, lacksReason(own, runbook, planned), settled);
      await assertExpectedFact(target.planner, planned.steps, own.expectCurrent);
      const clearance = clearanceFor(own, request, runbook, planned);
      const reason = await statedReason(own, runbook, planned);
      return withMigrationLock(runbook, own, async () =>
        withJournal(id, await newJournal(dir, id, { runbook, looked }, own, lock), own, lock, async (journal) => {
          const engine = await engineOf(journal, lock, own);
          return execute(
            await startRun(engine, startedEvent(request, planned, id, { ...own, reason }, clearance), runbook, planned),
          );
        }),
      );
    });
  return namingWayByHand(work, lines, FRESH_FOLDER);
}

async function newJournal(
  dir: string,
  execution: string,
  of: Pick<Sharing, "runbook" | "looked">,
  own: ExecutionSession,
  lock: TargetLock,
) {
  const store = own.target.sharedLog?.name;
  const sharing = { execution, store, ...of, isBack: false, hasSent: false };
  return shareJournal(await createJournal(dir, execution), sharing, own, lock);
}

const hasGates = ({ steps }: Runbook): boolean => steps.some(({ gate }) => gate === true);

const GATES_ONLY =
  "Asks at gates only (--ask gates): at the first change, before it migrates, and wherever a check is not OK.";

/** Takes the shared lock while the plan is read. If a lock asks a question, the plan is read again after it. */
async function planUnderLock(lock: TargetLock, planning: Promise<Plan>, makePlan: () => Promise<Plan>): Promise<Plan> {
  return (await lock.acquired()) ? makePlan() : planning;
}

/** Refuses a plan that a finding blocks, before any question. */
function assertNotBlocked(plan: Plan): void {
  const [finding] = plan.steps.flatMap(blocks);
  if (finding === undefined) return;
  const next = nextOfBlocks(plan.steps);
  throw guardError(
    finding.code,
    finding.text,
    next.length > 0 ? next : ["the same command with --to REV of another revision"],
  );
}

function startedEvent(
  { document, saved }: RunRequest,
  plan: Plan,
  execution: string,
  { target, reason }: ExecutionSession,
  clearance: Clearance,
) {
  const { endpoint, sharedLog } = target;
  const { runbook, source, sha256, text } = document;
  return {
    type: "execution.started",
    at: plan.at,
    execution,
    schemaVersion: JOURNAL_SCHEMA_VERSION,
    runbook: { id: runbook.id, source, sha256, text },
    inputs: plan.inputs,
    ...(reason === undefined ? {} : { statedReason: reason }),
    ...clearance,
    target: plan.target,
    caller: plan.caller,
    ...operatorOf(),
    version: readPrepared().version,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(saved === undefined ? {} : { plan: saved.digest }),
    ...(sharedLog === undefined ? {} : { store: sharedLog.name, ...sharedBy(sharedLog.name) }),
  } as const;
}
