import { guardError } from "../error.ts";
import type { Target } from "../target.ts";
import type { ExecTask } from "./setup.ts";

/** A container with an agent, through which the database can be reached as the application reaches it. */
export interface Door {
  readonly cluster: string;
  readonly task: string;
  readonly container: string;
  /** Part of the name by which a session finds the container. */
  readonly runtimeId: string;
}

/** Any running task will do, whatever it is like: all of a service's tasks have its network. Healthy ones live longer. */
export function chooseDoor(tasks: readonly ExecTask[], { cluster, service }: Target): Door {
  const staying = tasks.filter(({ execEnabled, desired }) => execEnabled && desired !== "STOPPED");
  const doors = [...staying.filter(isHealthy), ...staying.filter((task) => !isHealthy(task))].flatMap((task) =>
    task.containers.flatMap(({ name, agent, runtimeId }) =>
      agent === "RUNNING" && runtimeId !== undefined ? [{ cluster, task: task.id, container: name, runtimeId }] : [],
    ),
  );
  const [door] = doors;
  if (door !== undefined) return door;
  throw guardError("tunnel-no-task", `there is no way to the database through a task: ${whyNot(tasks, service)}`, [
    "the same command from where the database can be reached, with --database-via direct",
    "vulcan-ops doctor",
  ]);
}

const isHealthy = ({ health }: ExecTask): boolean => health === "HEALTHY";

function whyNot(tasks: readonly ExecTask[], service: string): string {
  if (tasks.length === 0) return `no task of ${service} is running`;
  if (!tasks.some(({ execEnabled }) => execEnabled)) return `ECS Exec is off in all tasks of ${service}`;
  return `the agent of ECS Exec runs in no task of ${service}`;
}
