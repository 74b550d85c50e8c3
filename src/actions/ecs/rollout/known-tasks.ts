import type { Deployment, Service, Task } from "../../../domain/aws/ecs.ts";
import type { AllTasks } from "../../../domain/aws/reads.ts";
import type { RolloutSnapshot } from "./snapshot.ts";

type Known = Pick<RolloutSnapshot, "service" | "running" | "stopped">;

/** Names of the tasks that may still change. */
export const namesToRead = ({ running, stopped }: AllTasks): readonly string[] =>
  [...running, ...stopped].flatMap(({ id, status }) => (status === "STOPPED" ? [] : [id]));

/**
 * Whether a read of the service counts exactly the tasks that are known, and none has failed since. Then they can be read
 * by name in one call, where two lists and a description take three. Pure.
 */
export function areAllKnown(service: Service, known: Known): boolean {
  const counted = service.deployments.map((deployment) => {
    const before = known.service.deployments.find(({ id }) => id === deployment.id);
    const isCounted = deployment.running !== undefined && deployment.pending !== undefined;
    if (!isCounted || (deployment.failed ?? 0) !== (before?.failed ?? 0)) return undefined;
    const tasks = known.running.filter((task) => isOf(task, deployment)).length;
    return tasks === (deployment.running ?? 0) + (deployment.pending ?? 0) ? tasks : undefined;
  });
  if (counted.some((tasks) => tasks === undefined)) return false;
  return counted.reduce((sum: number, tasks = 0) => sum + tasks, 0) === known.running.length;
}

const isOf = ({ startedBy, taskDefinition }: Task, deployment: Deployment): boolean =>
  startedBy === undefined ? taskDefinition === deployment.taskDefinition : startedBy === deployment.id;

/** The known tasks with what was read of them by name; undefined where ECS no longer knows one of them. Pure. */
export function refreshed(known: AllTasks, read: readonly Task[]): AllTasks | undefined {
  const names = new Set(read.map(({ id }) => id));
  if (namesToRead(known).some((id) => !names.has(id))) return undefined;
  const kept = known.stopped.filter(({ id }) => !names.has(id));
  const isLeaving = ({ desired, stoppingAt, status }: Task): boolean =>
    desired === "STOPPED" || stoppingAt !== undefined || status === "STOPPED";
  return {
    running: read.filter((task) => !isLeaving(task)),
    stopped: [...read.filter(isLeaving), ...kept],
  };
}
