import {
  type ContainerChoice,
  certainContainerName,
  chooseContainer,
  explainChoice,
  NAME_IN_CONFIGURATION,
} from "../../domain/aws/application-container.ts";
import { renewTasks } from "../../domain/aws/cli-command.ts";
import { isTooOldForExec } from "../../domain/aws/fargate-platform.ts";
import type { ContainerSetup, ExecTask, ServiceSetup } from "../../domain/aws/setup.ts";
import { type CheckFinding, fail, notTried, ok } from "../../domain/diagnosis.ts";
import type { Target } from "../../domain/target.ts";
import type { DoctorCheck } from "../doctor-check.ts";
import { AGENT_FOLDERS } from "./container-setup.ts";

/** Whether `vulcan migrate down` can run in a task: ECS Exec on, its agent running, platform and file system fit. */
export const exec: DoctorCheck = {
  id: "exec",
  title: "ECS Exec",
  async run({ reads, setup, target }) {
    const { cluster, service: name } = target;
    const { taskDefinition, balancers } = await reads.ecs.service(cluster, name);
    const [service, tasks, containers] = await Promise.all([
      setup.service(cluster, name),
      setup.execTasks(cluster, name),
      setup.containers(taskDefinition),
    ]);
    if (service === undefined) return [notTried(`there is no service ${name}`)];
    const choice = chooseContainer({ named: target.container, balancers, containers });
    return judgeExec({ service, tasks, containers, choice }, target);
  },
};

interface ExecState {
  readonly service: ServiceSetup;
  readonly tasks: readonly ExecTask[];
  readonly containers: readonly ContainerSetup[];
  /** Which of the containers is the application's. */
  readonly choice: ContainerChoice;
}

export function judgeExec({ service, tasks, containers, choice }: ExecState, target: Target): readonly CheckFinding[] {
  const container = certainContainerName(choice);
  const found = [
    ...(container === undefined ? [fail(explainChoice(choice), NAME_IN_CONFIGURATION)] : []),
    ...judgeService(service, target),
    ...(service.execEnabled === false ? [] : judgeTasks(tasks, container, target)),
    ...judgePlatform(tasks, target),
    ...judgeRoots(tasks, containers, container),
  ];
  if (found.length > 0) return found;
  if (!tasks.some((task) => isReady(task, container)))
    return [notTried("ECS does not say whether the tasks were started with it, or whether the agent runs in them")];
  const ready = tasks.filter((task) => isReady(task, container));
  return [ok(`on, and the agent runs in ${ready.length} of ${tasks.length} tasks`)];
}

/** A running agent shows that it could write, whatever the definition says. */
function judgeRoots(
  tasks: readonly ExecTask[],
  containers: readonly ContainerSetup[],
  application: string | undefined,
): CheckFinding[] {
  const readonly = containers.filter(({ name, readonlyRoot }) => readonlyRoot && name === (application ?? name));
  return readonly
    .filter(({ name }) => !tasks.some((task) => isReady(task, name)))
    .map(({ name }) =>
      fail(
        `container ${name} has a read-only root file system, and the agent runs in it nowhere`,
        `"readonlyRootFilesystem": false  of container ${name}, in a new revision.`,
        `or volumes mounted at ${AGENT_FOLDERS}, in a new revision.`,
      ),
    );
}

function judgeService({ execEnabled }: ServiceSetup, target: Target): CheckFinding[] {
  if (execEnabled === undefined) return [notTried("ECS does not say whether the service starts its tasks with it")];
  if (execEnabled) return [];
  return [fail("the service starts its tasks without it", renewTasks(target, { enableExecuteCommand: true }))];
}

function isReady(task: ExecTask, container: string | undefined): boolean {
  // An agent that runs says more than a member that is not there.
  return task.execEnabled !== false && agentsOf(task, container).includes("RUNNING");
}

/** In the application's container; in any container if that one is not certain. */
const agentsOf = ({ containers }: ExecTask, container: string | undefined): readonly string[] =>
  containers.filter(({ name }) => name === (container ?? name)).flatMap(({ agent }) => agent ?? []);

function judgeTasks(tasks: readonly ExecTask[], container: string | undefined, target: Target): CheckFinding[] {
  if (tasks.length === 0)
    return [fail("no task is running, so there is none to run a command in", "vulcan-ops status")];
  if (tasks.some((task) => isReady(task, container))) return [];
  if (tasks.every(({ execEnabled }) => execEnabled === false))
    return [fail("on, but the tasks are older than that: none was started with it", renewTasks(target))];
  const [agent] = tasks.flatMap((task) => agentsOf(task, container));
  if (agent === undefined) return [];
  return [
    fail(
      `on, but the agent runs in no task (${agent}): the task role lacks ssmmessages, or the network a way out`,
      '{"Effect": "Allow", "Action": ["ssmmessages:*"], "Resource": "*"} for the task role',
      renewTasks(target),
    ),
  ];
}

function judgePlatform(tasks: readonly ExecTask[], target: Target): CheckFinding[] {
  const old = tasks.find(
    ({ platformVersion, platformFamily }) =>
      platformVersion !== undefined && isTooOldForExec(platformVersion, platformFamily),
  );
  if (old === undefined) return [];
  const evidence = `platform version ${old.platformVersion} does not have it; 1.4.0 does`;
  return [fail(evidence, renewTasks(target, { platformVersion: "LATEST" }))];
}
