import type { Dependency, Instant, Task } from "./model.ts";
import { containerNamed, isUp, type TaskContainer } from "./task-container.ts";

/** What a container that has not started can do now. */
type Readiness = "now" | "waits" | "never";

/** Whether what a container depends on has come true, may still, or cannot any more. [D: the conditions] */
export function readinessOf(task: Task, container: TaskContainer, now: Instant): Readiness {
  const all = container.definition.dependsOn.map((dependency) => stateOf(task, dependency, now));
  if (all.includes("never")) return "never";
  return all.includes("waits") ? "waits" : "now";
}

function stateOf(task: Task, { containerName, condition }: Dependency, now: Instant): Readiness {
  const other = containerNamed(task, containerName);
  if (other === undefined || (other.stopped && other.startedAt === undefined)) return "never";
  const isMet = {
    START: other.startedAt !== undefined,
    HEALTHY: isUp(other) && other.health === "HEALTHY",
    COMPLETE: other.stopped,
    SUCCESS: other.stopped && other.exitCode === 0,
  }[condition];
  if (isMet) return "now";
  const patience = (other.definition.startTimeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  return other.stopped || now >= (other.startedAt ?? now) + patience ? "never" : "waits";
}

/** Whether a container that still runs depends on this one: at the end the order is the reverse of the start. [D] */
export const isNeeded = ({ containers }: Task, { definition: { name } }: TaskContainer): boolean =>
  containers.some((one) => isUp(one) && one.definition.dependsOn.some(({ containerName }) => containerName === name));
