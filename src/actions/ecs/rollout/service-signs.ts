import type { Deployment, Service } from "../../../domain/aws/ecs.ts";
import { isCompleted } from "./assess.ts";
import { primaryOf, type RolloutSnapshot } from "./snapshot.ts";

/** All that a read of the service shows, as one text. */
export function fingerprint(service: Service): string {
  return JSON.stringify([progressOf(service), service.events[0] ?? null]);
}

/** What counts as movement. If ECS only repeats that it cannot place a task, nothing has moved. */
export function progressOf({ taskDefinition, desired, running, pending, deployments }: Service): string {
  return JSON.stringify([taskDefinition, desired, running, pending, deployments]);
}

/** ECS is about it, and no end is near: the service deployment tells nothing yet. */
export const isBegun = (wanted: string, service: Service): boolean =>
  primaryOf(service)?.taskDefinition === wanted && !isCandidate(wanted, service);

/** The first tasks of the new deployment: to glance at them, their names have to be known. */
export function hasUnknownTasks(wanted: string, service: Service, { running }: RolloutSnapshot): boolean {
  const primary = primaryOf(service);
  return (
    primary?.taskDefinition === wanted && alive(primary) > 0 && !running.some((task) => task.taskDefinition === wanted)
  );
}

const alive = ({ running = 0, pending = 0 }: Deployment): number => running + pending;

/** Done, as far as the service alone shows. */
export function isCandidate(wanted: string, service: Service): boolean {
  const primary = primaryOf(service);
  if (primary?.taskDefinition !== wanted || !isCompleted(primary, service)) return false;
  return primary.running === undefined || primary.running >= service.desired;
}

/** An end may have come: done, replaced, or a task is gone (ECS counts it as failed, or fewer run or are pending). */
export function isUrgent(wanted: string, before: Service, now: Service): boolean {
  if (isCandidate(wanted, now) && !isCandidate(wanted, before)) return true;
  const [was, is] = [primaryOf(before), primaryOf(now)];
  if (was?.id !== is?.id || was === undefined || is === undefined) return true;
  if (is.rollout !== was.rollout || (is.failed ?? 0) > (was.failed ?? 0)) return true;
  if (alive(is) < alive(was)) return true;
  return (
    now.events[0]?.text !== before.events[0]?.text && /\bunable\b|unhealthy|failed/.test(now.events[0]?.text ?? "")
  );
}
