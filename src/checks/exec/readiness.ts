import { renewTasks } from "../../domain/aws/cli-command.ts";
import { isTooOldForExec } from "../../domain/aws/fargate-platform.ts";
import type { ContainerSetup, ExecTask, ServiceSetup } from "../../domain/aws/setup.ts";
import { type Diagnosis, fail, ok, untried } from "../../domain/diagnosis.ts";
import type { Target } from "../../domain/target.ts";
import type { Check } from "../doctor-check.ts";

/** Whether `vulcan migrate down` can be run in a task: ECS Exec on, its agent up, a platform and a file system for it. */
export const exec: Check = {
  id: "exec",
  title: "ECS Exec",
  async examine({ reads, setup, target }) {
    const { cluster, service: name } = target;
    const { taskDefinition } = await reads.ecs.service(cluster, name);
    const [service, tasks, containers] = await Promise.all([
      setup.service(cluster, name),
      setup.execTasks(cluster, name),
      setup.containers(taskDefinition),
    ]);
    if (service === undefined) return [untried(`there is no service ${name}`)];
    return judgeExec({ service, tasks, containers }, target);
  },
};

interface Seen {
  readonly service: ServiceSetup;
  readonly tasks: readonly ExecTask[];
  readonly containers: readonly ContainerSetup[];
}

export function judgeExec({ service, tasks, containers }: Seen, target: Target): readonly Diagnosis[] {
  const found = [
    ...(service.execEnabled
      ? judgeTasks(tasks, target)
      : [fail("the service starts its tasks without it", renewTasks(target, { enableExecuteCommand: true }))]),
    ...judgePlatform(tasks, target),
    ...containers
      .filter(({ name, readonlyRoot }) => readonlyRoot && name === (service.container ?? name))
      .map(({ name }) =>
        fail(
          `container ${name} has a read-only root file system, on which the agent cannot start`,
          `"readonlyRootFilesystem": false  of container ${name}, in a new revision.`,
        ),
      ),
  ];
  if (found.length > 0) return found;
  const ready = tasks.filter(isReady);
  return [ok(`on, and the agent runs in ${ready.length} of ${tasks.length} tasks`)];
}

function isReady({ execEnabled, agent }: ExecTask): boolean {
  return execEnabled && agent === "RUNNING";
}

function judgeTasks(tasks: readonly ExecTask[], target: Target): Diagnosis[] {
  if (tasks.length === 0)
    return [fail("no task is running, so there is none to run a command in", "vulcan-ops status")];
  if (tasks.some(isReady)) return [];
  if (tasks.every(({ execEnabled }) => !execEnabled))
    return [fail("on, but the tasks are older than that: none was started with it", renewTasks(target))];
  const [{ agent = "absent" } = {}] = tasks;
  return [
    fail(
      `on, but the agent runs in no task (${agent}): the task role lacks ssmmessages, or the network a way out`,
      '{"Effect": "Allow", "Action": ["ssmmessages:*"], "Resource": "*"} for the task role',
      renewTasks(target),
    ),
  ];
}

function judgePlatform(tasks: readonly ExecTask[], target: Target): Diagnosis[] {
  const old = tasks.find(
    ({ platformVersion, platformFamily }) =>
      platformVersion !== undefined && isTooOldForExec(platformVersion, platformFamily),
  );
  if (old === undefined) return [];
  const evidence = `platform version ${old.platformVersion} does not have it; 1.4.0 does`;
  return [fail(evidence, renewTasks(target, { platformVersion: "LATEST" }))];
}
