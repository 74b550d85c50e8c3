import type { Task } from "../../../domain/aws/ecs.ts";
import { primaryOf, type RolloutSnapshot } from "./snapshot.ts";

/** What stopped tasks prove about a rollout. */
export interface FailureEvidence {
  readonly reason: "task-cannot-start" | "task-exits" | "health-failing";
  readonly text: string;
}

/** Stop reasons that a retry does not cure: one task is enough. */
const CERTAIN =
  /CannotPull\w*Error.*(: not found|manifest unknown|does not exist|not found$|matching platform)|exec format error|ResourceInitializationError.*(ResourceNotFoundException|AccessDenied|not authorized|can't find the specified secret|did not contain json key)/i;

/** The same messages, but the cause may be transient (a name server, say): a second task is needed. */
const LIKELY = /CannotPull\w*Error.*(not found|does not exist)|ResourceInitializationError/i;
const PASSING =
  /timeout|timed out|no such host|dial tcp|throttl|rate exceeded|too many requests|connection (refused|reset)/i;

const HEALTH = /failed .*health check/i;

/** What ECS retries may still succeed: a second failure of the same kind is needed. */
const SETTLED_BY = 2;

/**
 * Tasks of the wanted deployment that were stopped because they failed. A task that was only replaced does not count,
 * nor one of an earlier deployment of the same revision.
 */
export function stoppedTasksOf(wanted: string, { service, stopped, deployment }: RolloutSnapshot): readonly Task[] {
  const primary = primaryOf(service);
  const begun = [primary?.createdAt ?? "", deployment?.rollback?.startedAt ?? ""].sort().at(-1) ?? "";
  const isPrimary = primary?.taskDefinition === wanted;
  return stopped.filter(
    (task) =>
      task.taskDefinition === wanted &&
      (!isPrimary || task.startedBy === undefined || task.startedBy === primary.id) &&
      (!isPrimary || stopTime(task) >= begun),
  );
}

export function stopTime(task: Task): string {
  return task.stoppingAt ?? task.stoppedAt ?? "";
}

/** `since`: of what ECS retries, only stops from then on count. So another wait can come to another result. */
export function failureEvidence(wanted: string, snapshot: RolloutSnapshot, since: string): FailureEvidence | undefined {
  const stops = stoppedTasksOf(wanted, snapshot);
  return (
    cannotStart(wanted, stops) ??
    keepsFailing(
      wanted,
      stops.filter((task) => stopTime(task) >= since),
    )
  );
}

function cannotStart(wanted: string, stops: readonly Task[]): FailureEvidence | undefined {
  const reasonOf = ({ stoppedReason = "" }: Task) => stoppedReason;
  const certain = stops.map(reasonOf).filter((reason) => CERTAIN.test(reason) && !PASSING.test(reason));
  const likely = stops.map(reasonOf).filter((reason) => LIKELY.test(reason));
  const [because] = [...certain, ...(likely.length >= SETTLED_BY ? likely : [])];
  if (because === undefined) return undefined;
  return { reason: "task-cannot-start", text: `tasks of ${wanted} cannot start: ${because}` };
}

function keepsFailing(wanted: string, stops: readonly Task[]): FailureEvidence | undefined {
  const exits = stops.filter(hasFailed);
  if (exits.length >= SETTLED_BY) {
    const codes = [...new Set(exits.flatMap((task) => task.exitCodes).filter((code) => code !== 0))].join(", ");
    return {
      reason: "task-exits",
      text: `${exits.length} tasks of ${wanted} ended by themselves with exit code ${codes}`,
    };
  }
  const sick = stops.filter(isSick);
  if (sick.length < SETTLED_BY) return undefined;
  return { reason: "health-failing", text: `${sick.length} tasks of ${wanted} failed their health checks` };
}

const isSick = ({ stoppedReason = "" }: Task): boolean => HEALTH.test(stoppedReason);

const cannotBegin = ({ stoppedReason = "" }: Task): boolean =>
  CERTAIN.test(stoppedReason) || LIKELY.test(stoppedReason);

const KINDS = [
  { how: "failed their health checks", is: isSick },
  { how: "could not start", is: cannotBegin },
  { how: "ended by themselves", is: hasFailed },
] as const;

/** The stops that were failures, and how most of them failed. */
export function failedStops(stopped: readonly Task[]): { readonly tasks: readonly Task[]; readonly how: string } {
  const tasks = stopped.filter((task) => KINDS.some(({ is }) => is(task)));
  const counted = KINDS.map(({ how, is }) => ({ how, count: tasks.filter(is).length }));
  const [most] = counted.toSorted((a, b) => b.count - a.count);
  return { tasks, how: most === undefined || most.count === 0 ? "failed" : most.how };
}

/** A container that ECS stopped also ends with a code (137, 143). Only one that ended by itself has failed. */
function hasFailed({ stopCode, exitCodes }: Task): boolean {
  return stopCode === "EssentialContainerExited" && exitCodes.some((code) => code !== 0);
}

/** SIGKILL. */
const KILLED = 137;

/**
 * Tasks of other revisions that ECS replaced since then (RFC 3339), and had to kill: their process did not end within
 * the container's stopTimeout. [D: StopTask] One that memory ran out for has the same code, and another cause.
 */
export const killedTasks = (wanted: string, stopped: readonly Task[], since: string): readonly Task[] =>
  stopped.filter(
    (task) =>
      task.taskDefinition !== wanted &&
      stopTime(task) >= since &&
      isReplaced(task) &&
      task.exitCodes.includes(KILLED) &&
      !task.ended?.some(({ reason = "" }) => /OutOfMemory/.test(reason)),
  );

/** Tasks that stopped because others replaced them have not failed. */
export const isReplaced = ({ stoppedReason = "" }: Task): boolean =>
  /^Scaling activity initiated by/.test(stoppedReason);
