import type { Failure } from "../../../domain/action.ts";
import type { LogLine, Task } from "../../../domain/aws/ecs.ts";
import type { Wait } from "../../../domain/services.ts";
import { clockTime, newestFirst } from "../../../domain/time.ts";
import type { Judgement } from "./assess.ts";
import { servingNow } from "./progress-text.ts";
import { primaryOf, type Sight } from "./snapshot.ts";
import { stopsOf, stopTime } from "./stopped-tasks.ts";

/** What a failed container wrote last. */
export interface Tail {
  readonly task: Task;
  readonly container: string;
  readonly lines: readonly LogLine[];
}

const LOG_LINES = 20;
const MOST_HEALTH = 3;

export type FailedJudgement = Judgement & { readonly kind: "failed" };

/** Everything that a person needs for the next decision, the most telling first. */
export function failureOf(judgement: FailedJudgement, wanted: string, sight: Sight, tail?: Tail): Failure {
  return {
    reason: judgement.reason,
    text: `${judgement.text.replace(/\.+$/, "")}. ${servingNow(sight)}`,
    evidence: [
      ...stopReasons(wanted, sight),
      ...healthFailures(wanted, sight),
      ...breakerCount(wanted, sight),
      `next: ${whatFollows(judgement.reason, wanted, sight)}`,
      ...logOf(tail),
    ],
    next: choices(judgement.reason),
  };
}

/** `3 × Task failed container health checks (exit 137)`, the most frequent first. */
export function stopReasons(wanted: string, sight: Sight): string[] {
  const reasons = new Map<string, number>();
  for (const task of stopsOf(wanted, sight).filter((stop) => !isReplaced(stop))) {
    const reason = `${task.stoppedReason ?? "stopped without a reason"}${exits(task)}`;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return [...reasons].sort(([, a], [, b]) => b - a).map(([reason, count]) => `${count} × ${reason}`);
}

/** Tasks that went because others took their place have not failed. */
function isReplaced({ stoppedReason = "" }: Task): boolean {
  return /^Scaling activity initiated by/.test(stoppedReason);
}

function exits({ exitCodes, ended = [] }: Task): string {
  const because = ended.flatMap(({ reason }) => reason ?? []).filter((reason) => /OutOfMemory/.test(reason));
  const said = [...exitCodes.map((code) => `exit ${code}`), ...because];
  return said.length === 0 ? "" : ` (${said.join(", ")})`;
}

/** The load balancer's own words on the tasks concerned: as it says them now, else as ECS quoted them. */
function healthFailures(wanted: string, { service, running, targets }: Sight): string[] {
  const own = new Set(running.filter((task) => task.taskDefinition === wanted).flatMap((task) => task.addresses));
  const now = targets
    .flat()
    .filter(({ address, state }) => state === "unhealthy" && own.has(address))
    .map(({ address, reason = "unhealthy", description }) =>
      description === undefined ? `target ${address}: ${reason}` : `target ${address}: ${reason}: ${description}`,
    );
  const begun = primaryOf(service)?.taskDefinition === wanted ? (primaryOf(service)?.createdAt ?? "") : "";
  const quoted = service.events
    .filter(({ at, text }) => at >= begun && /\bis unhealthy in\b|failed container health checks/.test(text))
    .map(({ at, text }) => `${clockTime(at)} ${text}`);
  return (now.length > 0 ? now : quoted).slice(0, MOST_HEALTH);
}

function breakerCount(wanted: string, sight: Sight): string[] {
  const { breaker, count } = breakerOf(wanted, sight);
  if (breaker.enabled !== true) return [];
  return [`circuit breaker: ${count} of ${breaker.threshold} failed tasks`];
}

/** What ECS takes at least, unless it is told otherwise. */
const LEAST_THRESHOLD = 3;

function breakerOf(wanted: string, { service, deployment }: Sight) {
  const own = service.deployments.find(({ taskDefinition }) => taskDefinition === wanted)?.failed ?? 0;
  const recorded = deployment?.taskDefinition === wanted ? deployment.breaker : undefined;
  const count = Math.max(own, recorded?.failures ?? 0);
  const breaker = service.breaker;
  return { breaker: { ...breaker, threshold: recorded?.threshold || breaker.threshold || LEAST_THRESHOLD }, count };
}

/** The breaker has what it needs and is about to act: what it does belongs into the report. */
export function isBreakerDue(wanted: string, sight: Sight): boolean {
  const { breaker, count } = breakerOf(wanted, sight);
  return breaker.enabled === true && breaker.goesBack && count >= breaker.threshold;
}

/** What ECS does from here on if nobody does anything. */
function whatFollows(reason: string, wanted: string, sight: Sight): string {
  const { service } = sight;
  const primary = primaryOf(service)?.taskDefinition ?? "what is there";
  if (primary !== wanted) return `ECS brings ${primary} up to ${service.desired} tasks and leaves it at that`;
  if (reason === "rollout-failed" || reason === "rollout-stopped" || reason === "rollback-failed")
    return `ECS starts no more tasks of ${wanted}, and goes back to nothing by itself`;
  const { breaker, count } = breakerOf(wanted, sight);
  if (breaker.enabled !== true)
    return `no circuit breaker is on: ECS goes on starting tasks of ${wanted}, ever more slowly, until somebody changes it`;
  const left = Math.max(0, breaker.threshold - count);
  const when = left === 0 ? "now" : `after ${left} more failed ${left === 1 ? "task" : "tasks"}`;
  return breaker.goesBack
    ? `the circuit breaker puts ${fallback(wanted, sight)} back ${when}; until then ECS goes on starting tasks of ${wanted}`
    : `the circuit breaker stops the deployment ${when} and puts nothing back`;
}

/** The breaker goes back to the deployment that was completed last, good or bad. */
function fallback(wanted: string, { service }: Sight): string {
  const completed = service.deployments.find(
    ({ taskDefinition, rollout }) => taskDefinition !== wanted && rollout === "COMPLETED",
  );
  return completed?.taskDefinition ?? "the revision completed last";
}

const GO_BACK = "vulcan-ops undo";
const LOOK_AGAIN = "vulcan-ops resume";
const CHOOSE = "vulcan-ops rollback --dry-run";
const SEE = "vulcan-ops";

/** Three commands to choose from. Where somebody or ECS has already replaced the deployment, an undo is not among them. */
function choices(reason: string): readonly string[] {
  if (["breaker-rollback", "alarm-rollback", "rolled-back", "superseded"].includes(reason))
    return [SEE, CHOOSE, LOOK_AGAIN];
  return [GO_BACK, CHOOSE, LOOK_AGAIN];
}

function logOf(tail: Tail | undefined): string[] {
  if (tail === undefined || tail.lines.length === 0) return [];
  const { task, container, lines } = tail;
  const head = `last ${lines.length} log lines of ${container} in task ${task.id} (${task.taskDefinition}):`;
  return [head, ...lines.map(({ at, text }) => `${clockTime(at)} ${text}`)];
}

/** The log of the newest failed task; a report does without it where it cannot be had. */
export async function readTail(wanted: string, sight: Sight, { world }: Wait): Promise<Tail | undefined> {
  const failed = stopsOf(wanted, sight)
    .filter((task) => !isReplaced(task))
    .sort((a, b) => newestFirst(stopTime(a), stopTime(b)));
  const task = failed.find(({ exitCodes }) => exitCodes.length > 0) ?? failed[0];
  if (task === undefined) return undefined;
  try {
    const definition = await world.aws.ecs.taskDefinition(wanted);
    const bad = task.ended?.find(({ exitCode = 0 }) => exitCode !== 0) ?? task.ended?.[0];
    const container = definition?.containers.find(({ name }) => bad === undefined || name === bad.name);
    if (container?.logs === undefined) return undefined;
    const { group, prefix, region } = container.logs;
    const lines = await world.aws.around.logTail(group, `${prefix}/${container.name}/${task.id}`, LOG_LINES, region);
    return { task, container: container.name, lines };
  } catch {
    return undefined;
  }
}
