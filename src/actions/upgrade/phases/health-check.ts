import { isReady, type TargetHealth, type Task } from "../../../domain/aws/ecs.ts";
import { groupsOf, isBehind, isHealthyIn } from "../../../domain/aws/targets.ts";
import { clockTime } from "../../../domain/time.ts";
import type { PhaseProgress } from "../../../domain/upgrade/phase-progress.ts";
import { matchGroups } from "../../ecs/rollout/snapshot.ts";
import { stoppedTasksOf } from "../../ecs/rollout/stopped-tasks.ts";
import { newTasks, type PhaseFacts, WAY_BACK } from "./facts.ts";

/** Phase 5: which new tasks are healthy, for ECS and for each target group, and whether requests reach them. */
export function healthCheck(facts: PhaseFacts): PhaseProgress {
  const { snapshot, wanted } = facts;
  const { desired, targetGroups } = snapshot.service;
  const started = newTasks(facts).filter(({ startedAt }) => startedAt !== undefined);
  const healthy = healthyTasks(facts);
  const what = targetGroups.length > 0 ? "tasks and targets" : "tasks";
  const sick = stoppedTasksOf(wanted, snapshot).filter(({ stoppedReason = "" }) => /health check/i.test(stoppedReason));
  const count = `${healthy.length}/${desired} ${what} healthy`;
  const since = started.map(({ startedAt = "" }) => startedAt).sort()[0];
  const begun = since === undefined ? {} : { since };
  if (healthy.length >= desired && desired > 0) {
    const sentence = [count, requestsText(facts)].filter((text) => text !== "").join("; ");
    return { phase: 5, state: "done", ...begun, sentence, details: [] };
  }
  if (started.length === 0 && sick.length === 0) return { phase: 5, state: "ahead", sentence: count, details: [] };
  return {
    phase: 5,
    state: "now",
    ...begun,
    sentence: [count, ...(sick.length === 0 ? [] : [`${sick.length} stopped as unhealthy`])].join("; "),
    ...(sick.length > 0 && { action: WAY_BACK }),
    details: targetLines(facts, started),
  };
}

/** New tasks that can serve, as far as their targets can be matched to tasks. */
export function healthyTasks(facts: Pick<PhaseFacts, "wanted" | "snapshot" | "setup">): readonly Task[] {
  const { matched } = matchGroups(facts.snapshot);
  const isChecked = facts.setup.container?.health !== undefined;
  const isWell = (task: Task) =>
    task.startedAt !== undefined && isReady(task) && (!isChecked || task.health === "HEALTHY");
  return newTasks(facts).filter((task) => isWell(task) && matched.every(({ targets }) => isHealthyIn(task, targets)));
}

function requestsText({ requests, snapshot }: PhaseFacts): string {
  if (snapshot.service.targetGroups.length === 0) return "";
  return requests === undefined
    ? "requests not visible"
    : `${requests.count} requests at ${clockTime(requests.minute)}`;
}

/** `10.0.1.5 initial: Target registration is in progress`, each target of a new task that is not healthy. */
function targetLines({ snapshot }: PhaseFacts, tasks: readonly Task[]): readonly string[] {
  const groups = groupsOf(snapshot.service, snapshot.targets);
  const several = groups.length > 1;
  return groups.flatMap(({ name, targets }) =>
    targets
      .filter((target) => target.state !== "healthy" && tasks.some((task) => isBehind(target, task)))
      .map((target) => `${target.address}${several ? ` in ${name}` : ""} ${stateText(target)}`),
  );
}

const stateText = ({ state, description, reason }: TargetHealth): string => {
  const why = description ?? reason;
  return why === undefined ? state : `${state}: ${why}`;
};
