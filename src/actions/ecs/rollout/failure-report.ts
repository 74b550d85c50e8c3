import type { Failure } from "../../../domain/action.ts";
import type { LogLine, Task } from "../../../domain/aws/ecs.ts";
import { groupsOf, isBehind } from "../../../domain/aws/targets.ts";
import type { ActionVerifyContext } from "../../../domain/services.ts";
import { clockTime, newestFirst } from "../../../domain/time.ts";
import type { Assessment } from "./assess.ts";
import { servingNow } from "./progress-text.ts";
import { definitionOnce } from "./read-once.ts";
import { primaryOf, type RolloutSnapshot } from "./snapshot.ts";
import { isReplaced, stoppedTasksOf, stopTime } from "./stopped-tasks.ts";

/** The last log lines of a failed container. */
export interface LogTail {
  readonly task: Task;
  readonly container: string;
  readonly lines: readonly LogLine[];
}

const LOG_LINES = 20;
const MOST_HEALTH = 3;

export type FailedAssessment = Assessment & { readonly kind: "failed" };

/** Everything that an operator needs for the next decision, the most important first. */
export function failureOf(
  judgement: FailedAssessment,
  wanted: string,
  snapshot: RolloutSnapshot,
  tail?: LogTail,
): Failure {
  return {
    reason: judgement.reason,
    text: `${judgement.text.replace(/\.+$/, "")}. ${servingNow(snapshot)}`,
    evidence: [
      ...stopReasons(wanted, snapshot),
      ...breakerCount(wanted, snapshot),
      `next: ${whatFollows(judgement.reason, wanted, snapshot)}`,
      // A row for each target: what ECS does next must not scroll off a screen for it.
      ...healthFailures(wanted, snapshot),
      ...logOf(tail),
    ],
    next: choices(judgement.reason),
  };
}

/** `3 × Task failed container health checks (exit 137)`, the most frequent first. */
export function stopReasons(wanted: string, snapshot: RolloutSnapshot): string[] {
  const reasons = new Map<string, number>();
  for (const task of stoppedTasksOf(wanted, snapshot).filter((stop) => !isReplaced(stop))) {
    const reason = `${task.stoppedReason ?? "stopped without a reason"}${exits(task)}`;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return [...reasons].sort(([, a], [, b]) => b - a).map(([reason, count]) => `${count} × ${reason}`);
}

function exits({ exitCodes, ended = [] }: Task): string {
  const because = ended.flatMap(({ reason }) => reason ?? []).filter((reason) => /OutOfMemory/.test(reason));
  const details = [...exitCodes.map((code) => `exit ${code}`), ...because];
  return details.length === 0 ? "" : ` (${details.join(", ")})`;
}

/** The load balancer's own words on these tasks: as it says them now, else as ECS quoted them. */
function healthFailures(wanted: string, { service, running, targets }: RolloutSnapshot): string[] {
  const own = running.filter((task) => task.taskDefinition === wanted);
  const now = groupsOf(service, targets).flatMap(({ name, targets: group }) => {
    const bad = group.filter((target) => target.state === "unhealthy" && own.some((task) => isBehind(target, task)));
    const where = service.targetGroups.length > 1 ? ` in ${name}` : "";
    return bad.map(({ address, reason = "unhealthy", description }) =>
      [`target ${address}${where}`, reason, ...(description === undefined ? [] : [description])].join(": "),
    );
  });
  const begun = primaryOf(service)?.taskDefinition === wanted ? (primaryOf(service)?.createdAt ?? "") : "";
  const quoted = service.events
    .filter(({ at, text }) => at >= begun && /\bis unhealthy in\b|failed container health checks/.test(text))
    .map(({ at, text }) => `${clockTime(at)} ${text}`);
  return (now.length > 0 ? now : quoted).slice(0, MOST_HEALTH);
}

function breakerCount(wanted: string, snapshot: RolloutSnapshot): string[] {
  const { breaker, count } = breakerOf(wanted, snapshot);
  if (breaker?.enabled !== true) return [];
  return [`circuit breaker: ${count} of ${breaker.threshold} failed tasks`];
}

/** ECS's minimum, unless configured otherwise. */
const LEAST_THRESHOLD = 3;

function breakerOf(wanted: string, { service, deployment }: RolloutSnapshot) {
  const own = service.deployments.find(({ taskDefinition }) => taskDefinition === wanted)?.failed ?? 0;
  const recorded = deployment?.taskDefinition === wanted ? deployment.breaker : undefined;
  const count = Math.max(own, recorded?.failures ?? 0);
  const { breaker } = service;
  const threshold = recorded?.threshold || breaker?.threshold || LEAST_THRESHOLD;
  return { breaker: breaker && { ...breaker, threshold }, count };
}

/** The breaker has enough failures and is about to act. The report has to include what it does. */
export function isBreakerDue(wanted: string, snapshot: RolloutSnapshot): boolean {
  const { breaker, count } = breakerOf(wanted, snapshot);
  return breaker?.enabled === true && breaker.rollback && count >= breaker.threshold;
}

/** What ECS does next if the operator does nothing. */
function whatFollows(reason: string, wanted: string, snapshot: RolloutSnapshot): string {
  const { service } = snapshot;
  const primary = primaryOf(service)?.taskDefinition ?? "what is there";
  if (primary !== wanted) return `ECS brings ${primary} up to ${service.desired} tasks and leaves it at that`;
  if (reason === "rollout-failed" || reason === "rollout-stopped" || reason === "rollback-failed")
    return `ECS starts no more tasks of ${wanted}, and goes back to nothing by itself`;
  const { breaker, count } = breakerOf(wanted, snapshot);
  if (breaker === undefined)
    return `ECS does not say whether a circuit breaker is on: without one it keeps starting tasks of ${wanted}`;
  if (!breaker.enabled)
    return `no circuit breaker is on: ECS keeps starting tasks of ${wanted}, more slowly each time, until the service is changed`;
  const left = Math.max(0, breaker.threshold - count);
  const when = left === 0 ? "now" : `after ${left} more failed ${left === 1 ? "task" : "tasks"}`;
  return breaker.rollback
    ? `the circuit breaker puts ${fallback(wanted, snapshot)} back ${when}; until then ECS keeps starting tasks of ${wanted}`
    : `the circuit breaker stops the deployment ${when} and puts nothing back`;
}

/** The breaker rolls back to the deployment that was completed last, good or bad. */
function fallback(wanted: string, { service }: RolloutSnapshot): string {
  const completed = service.deployments.find(
    ({ taskDefinition, rollout }) => taskDefinition !== wanted && rollout === "COMPLETED",
  );
  return completed?.taskDefinition ?? "the revision completed last";
}

const GO_BACK = "vulcan-ops undo";
const LOOK_AGAIN = "vulcan-ops resume";
const CHOOSE = "vulcan-ops rollback --dry-run";
const SEE = "vulcan-ops";

/** Three commands to choose from. If a person or ECS has already replaced the deployment, undo is not one of them. */
function choices(reason: string): readonly string[] {
  if (["breaker-rollback", "alarm-rollback", "rolled-back", "superseded"].includes(reason))
    return [SEE, CHOOSE, LOOK_AGAIN];
  return [GO_BACK, CHOOSE, LOOK_AGAIN];
}

function logOf(tail: LogTail | undefined): string[] {
  if (tail === undefined || tail.lines.length === 0) return [];
  const { task, container, lines } = tail;
  const head = `last ${lines.length} log lines of ${container} in task ${task.id} (${task.taskDefinition}):`;
  return [head, ...lines.map(({ at, text }) => `${clockTime(at)} ${text}`)];
}

/** The log of the newest failed task. If it cannot be read, the report has no log. */
export async function readTail(
  wanted: string,
  snapshot: RolloutSnapshot,
  { services }: ActionVerifyContext,
): Promise<LogTail | undefined> {
  const failed = stoppedTasksOf(wanted, snapshot)
    .filter((task) => !isReplaced(task))
    .sort((a, b) => newestFirst(stopTime(a), stopTime(b)));
  const task = failed.find(({ exitCodes }) => exitCodes.length > 0) ?? failed[0];
  if (task === undefined) return undefined;
  try {
    const definition = await definitionOnce(services, wanted);
    const bad = task.ended?.find(({ exitCode = 0 }) => exitCode !== 0) ?? task.ended?.[0];
    const container = definition?.containers.find(({ name }) => bad === undefined || name === bad.name);
    if (container?.logs === undefined) return undefined;
    const { group, prefix, region } = container.logs;
    const lines = await services.aws.around.logTail(group, `${prefix}/${container.name}/${task.id}`, LOG_LINES, region);
    return { task, container: container.name, lines };
  } catch {
    return undefined;
  }
}
