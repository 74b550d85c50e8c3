import { primaryOf } from "./ecs/deployment.ts";
import { allServices } from "./ecs/find.ts";
import type { Service, Task } from "./ecs/model.ts";
import { healthOf, isUp, type TaskContainer } from "./ecs/task-container.ts";
import { countTasks, tasksOf } from "./ecs/task-queries.ts";
import type { ArmedFault } from "./http/fault.ts";
import type { ChannelSession } from "./session-channel/model.ts";
import type { Published } from "./sns/published.ts";
import type { VulcanCommand, World } from "./world.ts";

interface TaskState {
  readonly id: string;
  readonly taskDefinition: string;
  readonly deployment: string;
  readonly lastStatus: string;
  readonly desiredStatus: string;
  readonly health: string;
  readonly targetState: string | undefined;
  readonly stoppedReason: string | undefined;
  /** Of all its containers, in their order. */
  readonly log: readonly string[];
  readonly containers: readonly ContainerState[];
}

interface ContainerState {
  readonly name: string;
  readonly health: string;
  readonly isUp: boolean;
  readonly exitCode: number | undefined;
  readonly log: readonly string[];
}

export interface ServiceState {
  readonly name: string;
  readonly status: string;
  readonly taskDefinition: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  readonly deployments: readonly {
    readonly id: string;
    readonly status: string;
    readonly taskDefinition: string;
    readonly rolloutState: string;
    readonly rolloutStateReason: string;
    readonly failedTasks: number;
  }[];
  readonly serviceDeployments: readonly { readonly arn: string; readonly status: string; readonly target: string }[];
  readonly tasks: readonly TaskState[];
}

/** The world as plain JSON, for assertions. Task definitions are named `family:revision`. */
export interface SandboxState {
  readonly scenario: string;
  readonly now: string;
  readonly services: readonly ServiceState[];
  /** Tasks that belong to no service. */
  readonly standalone: readonly TaskState[];
  /** Each `vulcan` command that ran in a task beside its server. */
  readonly commands: readonly Readonly<VulcanCommand>[];
  /** Sessions of ECS Exec and of forwarded ports, with the faults they met. */
  readonly sessions: readonly (Pick<ChannelSession, "id" | "command" | "state" | "exitCode" | "faults"> & {
    readonly task: string;
  })[];
  /** Messages to SNS topics, from a call or from an alarm. */
  readonly published: readonly Published[];
  /** The faults armed since the reset, with the number of calls that they have seen and struck. */
  readonly faults: readonly ArmedFault[];
}

export const snapshot = (world: World, scenario: string): Omit<SandboxState, "faults"> => ({
  scenario,
  now: world.clock.iso(),
  services: allServices(world).map(serviceState),
  standalone: allTasks(world)
    .filter((task) => task.run !== undefined)
    .map(taskState),
  commands: world.commands.map((command) => ({ ...command })),
  sessions: [...world.sessions.values()].map(({ id, task, command, state, exitCode, faults }) => ({
    id,
    task: task.id,
    command,
    state,
    exitCode,
    faults,
  })),
  published: [...world.published],
});

const allTasks = (world: World): Task[] =>
  [...world.ecs.clusters.values()].flatMap((cluster) => [...cluster.tasks.values()]);

const shortDefinition = (definition: { family: string; revision: number }): string =>
  `${definition.family}:${definition.revision}`;

function serviceState(service: Service): ServiceState {
  const tasks = tasksOf(service);
  return {
    name: service.name,
    status: service.status,
    taskDefinition: shortDefinition(primaryOf(service).revision.taskDefinition),
    desired: service.desired,
    ...countTasks(tasks),
    deployments: service.deployments.map((deployment) => ({
      id: deployment.id,
      status: deployment.status,
      taskDefinition: shortDefinition(deployment.revision.taskDefinition),
      rolloutState: deployment.rolloutState,
      rolloutStateReason: deployment.rolloutStateReason,
      failedTasks: deployment.failedTasks,
    })),
    serviceDeployments: service.history.map((record) => ({
      arn: record.arn,
      status: record.status,
      target: shortDefinition(record.target.taskDefinition),
    })),
    tasks: tasks.map(taskState),
  };
}

const taskState = (task: Task): TaskState => ({
  id: task.id,
  taskDefinition: shortDefinition(task.deployment.revision.taskDefinition),
  deployment: task.deployment.id,
  lastStatus: task.lastStatus,
  desiredStatus: task.desiredStatus,
  health: healthOf(task),
  targetState: task.target?.state,
  stoppedReason: task.stoppedReason,
  log: task.containers.flatMap(logOf),
  containers: task.containers.map((container) => ({
    name: container.definition.name,
    health: container.health,
    isUp: isUp(container),
    exitCode: container.exitCode,
    log: logOf(container),
  })),
});

const logOf = ({ process }: TaskContainer): readonly string[] => process?.log ?? [];
