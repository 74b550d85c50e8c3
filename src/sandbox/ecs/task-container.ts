import type { Input } from "../http/input.ts";
import type { HealthStatus } from "./container-health.ts";
import type { ContainerDefinition, Task, TaskContainer } from "./model.ts";

export type { TaskContainer };

export const newContainer = (definition: ContainerDefinition, runtimeId: string, arnId: string): TaskContainer => ({
  definition,
  runtimeId,
  arnId,
  health: "UNKNOWN",
  healthFailures: 0,
  stopped: false,
});

export const containerNamed = ({ containers }: Task, name: string): TaskContainer | undefined =>
  containers.find(({ definition }) => definition.name === name);

export const isUp = ({ startedAt, stopped }: TaskContainer): boolean => startedAt !== undefined && !stopped;

/** RunTask's overrides for it. */
export const overrideOf = ({ run }: Task, { definition }: TaskContainer): Input =>
  run?.overrides.find(({ name }) => name === definition.name) ?? {};

const checkedContainers = ({ containers }: Task): readonly TaskContainer[] =>
  containers.filter(({ definition: { essential, health } }) => essential && health !== undefined);

export const isChecked = (task: Task): boolean => checkedContainers(task).length > 0;

/** A task's health is that of its essential containers that have a health check; without any it is UNKNOWN. [D] */
export function healthOf(task: Task): HealthStatus {
  const states = checkedContainers(task).map(({ health }) => health);
  if (states.includes("UNHEALTHY")) return "UNHEALTHY";
  return states.length === 0 || states.includes("UNKNOWN") ? "UNKNOWN" : "HEALTHY";
}

/**
 * The container that listens on a port. All containers of a task share its address and its ports. [D: awsvpc] A container
 * that is given finds none but others.
 */
export const listenerOf = ({ containers }: Task, port: number, except?: TaskContainer): TaskContainer | undefined =>
  containers.find((one) => one !== except && one.process?.port !== undefined && one.process.ports.includes(port));
