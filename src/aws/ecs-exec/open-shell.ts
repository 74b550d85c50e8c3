import type { Service } from "../../domain/aws/ecs.ts";
import { renewTasks } from "../../domain/aws/renew-tasks.ts";
import type { ExecTask } from "../../domain/aws/setup.ts";
import type { ContainerShell } from "../../domain/container-shell.ts";
import { guardError, type OpsError } from "../../domain/error.ts";
import type { Clock } from "../../domain/ports.ts";
import type { Target } from "../../domain/target.ts";
import { type ContainerChoice, chooseContainer, explainChoice, NAMING } from "../application-container.ts";
import type { Clients } from "../client/clients.ts";
import type { EcsReads } from "../ecs/reads.ts";
import { createSetupReads } from "../setup-reads.ts";
import { createContainerShell } from "./container-shell.ts";
import type { ExecVia } from "./transport.ts";

/** A container in which the service's present program runs. */
export interface Serving {
  readonly task: string;
  /** `family:revision` */
  readonly taskDefinition: string;
  readonly container: string;
}

export interface ServingShell extends Serving {
  readonly shell: Pick<ContainerShell, "run">;
}

interface Means {
  readonly ecs: EcsReads;
  readonly reading: Clients;
  /** Clients that never repeat a request. */
  readonly writing: Clients;
  readonly via?: ExecVia | undefined;
}

/** Only reads until the shell is told to run something. Throws OpsError where no task can be entered. */
export async function openServingShell(
  { ecs, reading, writing, via }: Means,
  target: Target,
  clock: Pick<Clock, "now">,
): Promise<ServingShell> {
  const { cluster, service: name } = target;
  const setup = createSetupReads(reading);
  const [service, tasks] = await Promise.all([ecs.service(cluster, name), setup.execTasks(cluster, name)]);
  const containers = await setup.containers(service.taskDefinition);
  const choice = chooseContainer({ named: target.container, balancers: service.balancers, containers });
  const serving = chooseServing(service, tasks, target, choice);
  const { task, container } = serving;
  return { ...serving, shell: createContainerShell(writing, { cluster, task, container }, clock, {}, via) };
}

/** A running, healthy task of the PRIMARY revision whose agent is up in the container that was chosen. */
export function chooseServing(
  { taskDefinition }: Pick<Service, "taskDefinition">,
  running: readonly ExecTask[],
  target: Target,
  choice: ContainerChoice,
): Serving {
  const of = running.filter((task) => task.taskDefinition === taskDefinition);
  if (of.length === 0) throw closed("exec-no-task", `no task of ${taskDefinition} is running`);
  const healthy = of.filter(({ health }) => health === "HEALTHY");
  if (healthy.length === 0) {
    const found = of.map(({ health }) => health).join(", ");
    throw closed("exec-no-healthy-task", `no task of ${taskDefinition} is HEALTHY (${found})`);
  }
  const enabled = healthy.filter(({ execEnabled }) => execEnabled);
  if (enabled.length === 0) {
    const message = `ECS Exec is off in the healthy tasks of ${taskDefinition}: only tasks that start with it have it`;
    throw closed("exec-disabled", message, renewTasks(target, { enableExecuteCommand: true }));
  }
  const container = nameOf(choice);
  const agents = enabled.map((task) => agentOf(task, container) ?? "absent");
  const task = enabled[agents.indexOf("RUNNING")];
  if (task === undefined) {
    const message = `the agent of ECS Exec runs in container ${container} of no healthy task (${agents.join(", ")})`;
    throw closed("exec-agent-down", message, "vulcan-ops doctor");
  }
  return { task: task.id, taskDefinition, container };
}

const agentOf = ({ containers }: ExecTask, name: string): string | undefined =>
  containers.find((container) => container.name === name)?.agent;

function nameOf(choice: ContainerChoice): string {
  if (choice.kind === "certain") return choice.name;
  const code = choice.kind === "absent" ? "exec-container-absent" : "exec-which-container";
  throw guardError(code, explainChoice(choice), NAMING);
}

const closed = (code: string, message: string, next = "vulcan-ops status"): OpsError =>
  guardError(code, message, [next]);
