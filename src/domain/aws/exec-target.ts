import { guardError, type OpsError } from "../error.ts";
import type { Target } from "../target.ts";
import { type ContainerChoice, explainChoice, NAMING } from "./application-container.ts";
import { renewTasks } from "./cli-command.ts";
import { type Container, isRunning, type Service, type Task } from "./ecs.ts";

/** A container with an agent. The database can be reached through it as the application reaches it. */
export interface TunnelTask {
  readonly cluster: string;
  readonly task: string;
  readonly container: string;
  /** Part of the name by which a session finds the container. */
  readonly runtimeId: string;
}

/** Any running task is suitable: all of a service's tasks have its network. Prefer healthy ones: they live longer. */
export function chooseTunnelTask(tasks: readonly Task[], { cluster, service }: Target): TunnelTask {
  const running = tasks.filter(isRunning);
  const staying = running.filter(({ execEnabled, desired }) => execEnabled && desired !== "STOPPED");
  const candidates = [...staying.filter(isHealthy), ...staying.filter((task) => !isHealthy(task))].flatMap((task) =>
    (task.containers ?? []).flatMap(({ name, agent, runtimeId }) =>
      agent === "RUNNING" && runtimeId !== undefined ? [{ cluster, task: task.id, container: name, runtimeId }] : [],
    ),
  );
  const [first] = candidates;
  if (first !== undefined) return first;
  throw guardError("tunnel-no-task", `there is no way to the database through a task: ${whyNot(running, service)}`, [
    "the same command from where the database can be reached, with --database-via direct",
    "vulcan-ops doctor",
  ]);
}

const isHealthy = ({ health }: Task): boolean => health === "HEALTHY";

function whyNot(tasks: readonly Task[], service: string): string {
  if (tasks.length === 0) return `no task of ${service} is running`;
  if (!tasks.some(({ execEnabled }) => execEnabled)) return `ECS Exec is off in all tasks of ${service}`;
  return `the agent of ECS Exec runs in no task of ${service}`;
}

/** A container that runs the service's present program. */
export interface ServingTask {
  readonly task: string;
  /** `family:revision` */
  readonly taskDefinition: string;
  readonly container: string;
}

/** The containers of the PRIMARY revision, and the one of them to enter. */
export interface ChosenContainer {
  readonly choice: ContainerChoice;
  readonly containers: readonly Pick<Container, "essential" | "health">[];
}

/** A running task of the PRIMARY revision that is healthy, and whose agent is up in the chosen container. */
export function chooseServingTask(
  { taskDefinition }: Pick<Service, "taskDefinition">,
  tasks: readonly Task[],
  target: Target,
  { choice, containers }: ChosenContainer,
): ServingTask {
  const current = tasks.filter((task) => isRunning(task) && task.taskDefinition === taskDefinition);
  if (current.length === 0) throw unavailable("exec-no-task", `no task of ${taskDefinition} is running`);
  const healthy = current.filter(({ health }) => fits(health, containers));
  if (healthy.length === 0) {
    const healths = current.map(({ health }) => health).join(", ");
    throw unavailable("exec-no-healthy-task", `no task of ${taskDefinition} is HEALTHY (${healths})`);
  }
  const enabled = healthy.filter(({ execEnabled }) => execEnabled !== false);
  if (enabled.length === 0) {
    const message = `ECS Exec is off in the healthy tasks of ${taskDefinition}: only tasks that start with it have it`;
    throw unavailable("exec-disabled", message, renewTasks(target, { enableExecuteCommand: true }));
  }
  const container = nameOf(choice);
  const agents = enabled.map((task) => agentOf(task, container) ?? "absent");
  const task = enabled[agents.indexOf("RUNNING")];
  if (task === undefined) {
    const message = `the agent of ECS Exec runs in container ${container} of no healthy task (${agents.join(", ")})`;
    throw unavailable("exec-agent-down", message, "vulcan-ops doctor");
  }
  return { task: task.id, taskDefinition, container };
}

/** ECS says UNKNOWN of a task of which no essential container has a health check, and of one that is not checked yet. [D] */
function fits(health: string, containers: ChosenContainer["containers"]): boolean {
  const isChecked = containers.some((one) => one.essential !== false && one.health !== undefined);
  return health === "HEALTHY" || (health === "UNKNOWN" && !isChecked);
}

const agentOf = ({ containers = [] }: Task, name: string): string | undefined =>
  containers.find((container) => container.name === name)?.agent;

function nameOf(choice: ContainerChoice): string {
  if (choice.kind === "certain") return choice.name;
  const code = choice.kind === "absent" ? "exec-container-absent" : "exec-which-container";
  throw guardError(code, explainChoice(choice), NAMING);
}

const unavailable = (code: string, message: string, next = "vulcan-ops status"): OpsError =>
  guardError(code, message, [next]);
