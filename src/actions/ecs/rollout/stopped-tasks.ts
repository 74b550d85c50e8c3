import type { Task } from "../../../domain/aws/ecs.ts";
import { primaryOf, type Sight } from "./snapshot.ts";

/** What stopped tasks prove of a rollout. */
export interface Proof {
  readonly reason: "task-cannot-start" | "task-exits" | "health-failing";
  readonly text: string;
}

/** Stop reasons that trying again does not cure: one task settles it. */
const CERTAIN =
  /CannotPull\w*Error.*(: not found|manifest unknown|does not exist|not found$)|exec format error|ResourceInitializationError.*(ResourceNotFoundException|AccessDenied|not authorized|can't find the specified secret|did not contain json key)/i;

/** The same words with a passing trouble behind them (a name server, say): the second task that says so settles it. */
const LIKELY = /CannotPull\w*Error.*(not found|does not exist)|ResourceInitializationError/i;
const PASSING =
  /timeout|timed out|no such host|dial tcp|throttl|rate exceeded|too many requests|connection (refused|reset)/i;

const HEALTH = /failed .*health check/i;

/** What ECS tries again may still come good; the second of a kind settles it. */
const SETTLED_BY = 2;

/**
 * Tasks of the wanted deployment that were stopped for failing. A task that was merely replaced, and one of an earlier
 * deployment of the same revision, say nothing.
 */
export function stopsOf(wanted: string, { service, stopped, deployment }: Sight): readonly Task[] {
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

/** `since`: what ECS tries again is judged by what happened from then on, so that looking again means something. */
export function proofOf(wanted: string, sight: Sight, since: string): Proof | undefined {
  const stops = stopsOf(wanted, sight);
  return (
    cannotStart(wanted, stops) ??
    keepsFailing(
      wanted,
      stops.filter((task) => stopTime(task) >= since),
    )
  );
}

function cannotStart(wanted: string, stops: readonly Task[]): Proof | undefined {
  const reasonOf = ({ stoppedReason = "" }: Task) => stoppedReason;
  const certain = stops.map(reasonOf).filter((reason) => CERTAIN.test(reason) && !PASSING.test(reason));
  const likely = stops.map(reasonOf).filter((reason) => LIKELY.test(reason));
  const [because] = [...certain, ...(likely.length >= SETTLED_BY ? likely : [])];
  if (because === undefined) return undefined;
  return { reason: "task-cannot-start", text: `tasks of ${wanted} cannot start: ${because}` };
}

function keepsFailing(wanted: string, stops: readonly Task[]): Proof | undefined {
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

/** The stops that were failures, and in which way most of them failed. */
export function failedStops(stopped: readonly Task[]): { readonly tasks: readonly Task[]; readonly how: string } {
  const tasks = stopped.filter((task) => KINDS.some(({ is }) => is(task)));
  const counted = KINDS.map(({ how, is }) => ({ how, count: tasks.filter(is).length }));
  const [most] = counted.toSorted((a, b) => b.count - a.count);
  return { tasks, how: most === undefined || most.count === 0 ? "failed" : most.how };
}

/** A container that ECS told to stop also ends with a code (137, 143); only one that ended by itself has failed. */
function hasFailed({ stopCode, exitCodes }: Task): boolean {
  return stopCode === "EssentialContainerExited" && exitCodes.some((code) => code !== 0);
}
