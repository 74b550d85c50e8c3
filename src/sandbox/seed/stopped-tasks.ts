import type { Task } from "../ecs/model.ts";
import { outOfMemory } from "../ecs/out-of-memory.ts";
import type { TaskContainer } from "../ecs/task-container.ts";
import { cannotPull, cannotReadSecret } from "../ecs/task-pull.ts";
import type { StopName } from "../scenarios/scenario.ts";

/** How a past task and its Vulcan ended, with the texts that ECS would have shown. */
export interface PastStop {
  readonly code: string;
  reason(task: Task, container: TaskContainer): string;
  /** Of Vulcan; undefined if no container ever ran. */
  readonly exitCode?: number;
  containerReason?(task: Task, container: TaskContainer): string;
  /** The service event beside "has stopped", if there was one. */
  event?(task: Task, container: TaskContainer): string;
}

const groupOf = (task: Task): string => `(target-group ${task.service.targetGroup?.arn ?? ""})`;

const exited = (exitCode: number): PastStop => ({
  code: "EssentialContainerExited",
  reason: () => "Essential container in task exited",
  exitCode,
});

const neverStarted = (reason: PastStop["reason"]): PastStop => ({
  code: "TaskFailedToStart",
  reason,
  containerReason: reason,
  event: (task, container) => `was unable to place a task. Reason: ${reason(task, container)}.`,
});

export const PAST_STOPS: Readonly<Record<StopName, PastStop>> = {
  "elb-health": {
    code: "ServiceSchedulerInitiated",
    reason: (task) => `Task failed ELB health checks in ${groupOf(task)}`,
    exitCode: 0,
    event: (task) =>
      `(task ${task.id}) (port ${task.service.containerPort}) is unhealthy in ${groupOf(task)} due to (reason Health checks failed with these codes: [503]).`,
  },
  "container-health": {
    code: "ServiceSchedulerInitiated",
    reason: () => "Task failed container health checks",
    exitCode: 0,
    event: (task) => `(task ${task.id}) failed container health checks.`,
  },
  "killed-while-starting": {
    code: "ServiceSchedulerInitiated",
    reason: () => "Task failed container health checks",
    exitCode: 137,
    event: (task) => `(task ${task.id}) failed container health checks.`,
  },
  "exit-1": exited(1),
  "out-of-memory": { ...exited(137), containerReason: outOfMemory },
  "image-missing": neverStarted(cannotPull),
  "secret-missing": neverStarted(cannotReadSecret),
};
