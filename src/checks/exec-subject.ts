import { type ContainerChoice, chooseContainer, explainChoice } from "../domain/aws/application-container.ts";
import type { Service } from "../domain/aws/ecs.ts";
import type { ContainerSetup, DefinitionSetup, ExecContainer, ExecTask } from "../domain/aws/setup.ts";
import type { ActionReadContext } from "../domain/services.ts";
import type { Target } from "../domain/target.ts";

/** What a command in a container is about. The first check that needs a value reads it, once for all checks. */
export interface ExecSubject {
  readonly target: Target;
  service(): Promise<Service>;
  /** Its running tasks of the revision that it is to run. */
  tasks(): Promise<readonly ExecTask[]>;
  definition(): Promise<DefinitionSetup>;
  choice(): Promise<ContainerChoice>;
  /** Where the command would run; rejects with the reason if that is unknown. */
  place(): Promise<TaskContainer>;
  /** That container as its revision defines it; rejects like `place`. */
  container(): Promise<ContainerSetup>;
}

export interface TaskContainer {
  readonly task: ExecTask;
  readonly container: ExecContainer;
}

/** Runs the same command in a one-off task, which needs none of this. */
export const BY_TASK = "vulcan-ops migrate down … --via task";

/** `requested` is the container's name, if the operator or the runbook gives one. */
export function subjectOf({ services, target }: ActionReadContext, requested: string | undefined): ExecSubject {
  const { ecs, setup } = services.aws;
  const service = once(() => ecs.service(target.cluster, target.service));
  const running = once(() => setup.execTasks(target.cluster, target.service));
  const tasks = once(async () => {
    const [{ taskDefinition }, all] = await Promise.all([service(), running()]);
    return all.filter((task) => task.taskDefinition === taskDefinition);
  });
  const definition = once(async () => setup.definition((await service()).taskDefinition));
  const choice = once(async (): Promise<ContainerChoice> => {
    const [{ balancers }, { containers }] = await Promise.all([service(), definition()]);
    return chooseContainer({ named: requested ?? target.container, balancers, containers });
  });
  const name = async () => nameOf(await choice());
  return {
    target,
    service,
    tasks,
    definition,
    choice,
    place: once(async () => placeOf(await tasks(), await name(), (await service()).taskDefinition)),
    container: once(async () => {
      const [{ containers }, wanted] = await Promise.all([definition(), name()]);
      return findByName(containers, wanted, "the task definition");
    }),
  };
}

function nameOf(choice: ContainerChoice): string {
  if (choice.kind !== "certain") throw new Error(explainChoice(choice));
  return choice.name;
}

function placeOf(tasks: readonly ExecTask[], container: string, revision: string): TaskContainer {
  const task = likeliestTask(tasks, container);
  if (task === undefined) throw new Error(`no task of ${revision} is running`);
  return { task, container: findByName(task.containers, container, `task ${task.id}`) };
}

function findByName<T extends { readonly name: string }>(all: readonly T[], wanted: string, where: string): T {
  const one = all.find(({ name }) => name === wanted);
  if (one === undefined) throw new Error(`${where} has no container ${wanted}`);
  return one;
}

/** The first task that lacks least. If one lacks nothing, a command goes to this very task. */
export function likeliestTask(tasks: readonly ExecTask[], container: string): ExecTask | undefined {
  const most = Math.max(...tasks.map((task) => suitability(task, container)));
  return tasks.find((task) => suitability(task, container) === most);
}

/** A defect that stays as long as the task lives weighs more than one that may pass by itself. */
function suitability({ health, desired, execEnabled, containers }: ExecTask, container: string): number {
  const hasAgent = containers.some(({ name, agent }) => name === container && agent === "RUNNING");
  return [health === "HEALTHY", hasAgent, execEnabled === true, desired !== "STOPPED"].reduce(
    (sum, has, index) => sum + (has ? 2 ** index : 0),
    0,
  );
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let pending: Promise<T> | undefined;
  return () => {
    pending ??= read();
    return pending;
  };
}
