import { guardError } from "../../domain/error.ts";
import { JOURNAL_SCHEMA_VERSION } from "../../domain/execution.ts";
import { blocks, type Plan } from "../../domain/plan.ts";
import { execute } from "../../engine/execute.ts";
import { begin } from "../../engine/run.ts";
import { createJournal } from "../../journal/journal-file.ts";
import { operatorOf } from "../operator.ts";
import { readPrepared } from "../prepared.ts";
import { withMigrationLock } from "./migration-lock.ts";
import type { RunRequest } from "./run-request.ts";
import { type ExecutionResult, type ExecutionSession, engineOf, withJournal, withTargetLock } from "./session.ts";
import type { TargetLock } from "./target-lock.ts";

/** Lock, plan, show, ask, journal, execute; `makePlan` is called under the lock. */
export async function executePlan(
  request: RunRequest,
  makePlan: () => Promise<Plan>,
  session: ExecutionSession,
): Promise<ExecutionResult> {
  const { io, environment } = session;
  const { runbook } = request.document;
  const id = environment.ids.execution();
  return withTargetLock(id, request.command, session, async (dir, lock) => {
    const plan = await planUnderLock(lock, makePlan);
    io.showPlan(plan);
    assertNotBlocked(plan);
    lock.tell();
    io.assertAnswerable(plan);
    return withMigrationLock(runbook, session, async () =>
      withJournal(id, await createJournal(dir, id), session, async (journal) => {
        const engine = engineOf(journal, lock, session);
        return execute(await begin(engine, startedEvent(request, plan, id, session), runbook, plan));
      }),
    );
  });
}

/** The shared lock is taken while the plan is read; what was read before a question was answered is read again. */
async function planUnderLock(lock: TargetLock, makePlan: () => Promise<Plan>): Promise<Plan> {
  const planning = makePlan();
  planning.catch(() => undefined);
  return (await lock.ready()) ? makePlan() : planning;
}

/** Refuses before anything is asked where a finding blocks the plan. */
function assertNotBlocked(plan: Plan): void {
  const [finding] = plan.steps.flatMap(blocks);
  if (finding === undefined) return;
  throw guardError(finding.code, finding.text, finding.next ?? ["the same command with --to REV of another revision"]);
}

function startedEvent({ document }: RunRequest, plan: Plan, execution: string, { target }: ExecutionSession) {
  const { endpoint } = target;
  const { runbook, source, sha256, text } = document;
  return {
    type: "execution.started",
    at: plan.at,
    execution,
    schemaVersion: JOURNAL_SCHEMA_VERSION,
    runbook: { id: runbook.id, source, sha256, text },
    inputs: plan.inputs,
    target: plan.target,
    caller: plan.caller,
    ...operatorOf(),
    version: readPrepared().version,
    ...(endpoint === undefined ? {} : { endpoint }),
  } as const;
}
