import type { Deployment, Service, Task } from "../../../domain/aws/ecs.ts";
import type { AllTasks } from "../../../domain/aws/reads.ts";

/** Names of the tasks that may still change. */
export const namesToRead = ({ running, stopped }: AllTasks): readonly string[] =>
  [...running, ...stopped].flatMap(({ id, status }) => (status === "STOPPED" ? [] : [id]));

/**
 * Whether a read of the service counts no more tasks than are known, and since they were read (with `then`) none was
 * started and none has failed: one that left is seen by its name. Then they can be read by name in one call, where two
 * lists and a description take three. Pure.
 */
export function areAllKnown(now: Service, { running }: AllTasks, then: Service): boolean {
  const isCounted = now.deployments.every((deployment) => {
    const before = then.deployments.find(({ id }) => id === deployment.id);
    if (deployment.running === undefined || deployment.pending === undefined) return false;
    if ((deployment.failed ?? 0) !== (before?.failed ?? 0)) return false;
    return deployment.running + deployment.pending <= running.filter((task) => isOf(task, deployment)).length;
  });
  return isCounted && !hasStarted(now, then);
}

/** ECS tells each start of tasks in an event. [D: service event messages] */
function hasStarted(now: Service, then: Service): boolean {
  const known = then.events[0]?.at ?? "";
  return now.events.some(({ at, text }) => at > known && /\bhas started\b/.test(text));
}

const isOf = ({ startedBy, taskDefinition }: Task, deployment: Deployment): boolean =>
  startedBy === undefined ? taskDefinition === deployment.taskDefinition : startedBy === deployment.id;

/** The known tasks with what was read of them by name; undefined where ECS no longer knows one of them. Pure. */
export function refreshed(known: AllTasks, read: readonly Task[]): AllTasks | undefined {
  const names = new Set(read.map(({ id }) => id));
  if (namesToRead(known).some((id) => !names.has(id))) return undefined;
  const kept = known.stopped.filter(({ id }) => !names.has(id));
  const left = new Set(known.stopped.map(({ id }) => id));
  const isLeaving = ({ id, desired, stoppingAt, status }: Task): boolean =>
    left.has(id) || desired === "STOPPED" || stoppingAt !== undefined || status === "STOPPED";
  return {
    running: read.filter((task) => !isLeaving(task)),
    stopped: [...read.filter(isLeaving), ...kept],
  };
}
