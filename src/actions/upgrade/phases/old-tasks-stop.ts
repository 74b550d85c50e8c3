import type { Task } from "../../../domain/aws/ecs.ts";
import type { PhaseProgress } from "../../../domain/upgrade/phase-progress.ts";
import type { DeploymentSetup } from "./deployment-setup.ts";
import { isGone, latest, oldTasks, type PhaseFacts } from "./facts.ts";

/** SIGKILL: 128 + 9. */
const KILLED = 137;

/** Phase 7: the old tasks end. One that did not end by itself in time is killed, and that is told. */
export function oldTasksStop(facts: PhaseFacts): PhaseProgress {
  const { stopSeconds } = facts.setup;
  const old = oldTasks(facts);
  const gone = old.filter(isGone);
  const killed = old.filter(({ exitCodes }) => exitCodes.includes(KILLED)).length;
  const limit = stopSeconds === undefined ? "stopTimeout" : `stopTimeout of ${stopSeconds} s`;
  const why = killed === 0 ? [] : [`${killed} killed (exit ${KILLED}): longer than the ${limit}`];
  const sentence = [`${gone.length}/${old.length} gone`, ...why].join("; ");
  const stopping = old.filter(({ status }) => status === "STOPPING");
  const isLeaving = stopping.length > 0 || old.some(({ status }) => status === "DEPROVISIONING");
  const common = { phase: 7, sentence, details: [] } as const;
  if (old.length === 0) return { ...common, state: "done", sentence: "no old task" };
  if (gone.length === old.length) return { ...common, state: "done" };
  if (gone.length === 0 && !isLeaving) return { ...common, state: "ahead" };
  return { ...common, state: "now", ...killAt(stopping, facts.setup) };
}

/** SIGTERM comes once the target is drained, and SIGKILL after the stopTimeout. [D: StopTask] */
function killAt(
  stopping: readonly Task[],
  { drainSeconds, stopSeconds }: DeploymentSetup,
): Pick<PhaseProgress, "until"> {
  const last = latest(stopping.map(({ stoppingAt }) => stoppingAt));
  if (last === undefined || drainSeconds === undefined || stopSeconds === undefined) return {};
  const at = new Date(Date.parse(last) + (drainSeconds + stopSeconds) * 1000).toISOString();
  return { until: { at, what: "ECS kills what is left" } };
}
