import { type ContainerChoice, chooseContainer, explainChoice } from "../domain/aws/application-container.ts";
import type { Service } from "../domain/aws/ecs.ts";
import type { ContainerSetup, DefinitionSetup, ExecContainer, ExecTask } from "../domain/aws/setup.ts";
import type { Look } from "../domain/services.ts";
import type { Target } from "../domain/target.ts";

/** What a command in a container is about. Everything is read by the first check that asks, once for all of them. */
export interface Subject {
  readonly target: Target;
  service(): Promise<Service>;
  /** Its running tasks of the revision that it is to run. */
  tasks(): Promise<readonly ExecTask[]>;
  definition(): Promise<DefinitionSetup>;
  choice(): Promise<ContainerChoice>;
  /** Where the command would run; rejects where that cannot be told, and says why. */
  place(): Promise<Place>;
  /** That container as its revision defines it; rejects like `place`. */
  container(): Promise<ContainerSetup>;
}

export interface Place {
  readonly task: ExecTask;
  readonly container: ExecContainer;
}

/** Runs the same command in a task of its own, for which none of this is needed. */
export const BY_TASK = "vulcan-ops migrate down … --via task";

/** `asked` is the container's name where the operator or the runbook gives one. */
export function subjectOf({ world, target }: Look, asked: string | undefined): Subject {
  const { ecs, setup } = world.aws;
  const service = once(() => ecs.service(target.cluster, target.service));
  const running = once(() => setup.execTasks(target.cluster, target.service));
  const tasks = once(async () => {
    const [{ taskDefinition }, all] = await Promise.all([service(), running()]);
    return all.filter((task) => task.taskDefinition === taskDefinition);
  });
  const definition = once(async () => setup.definition((await service()).taskDefinition));
  const choice = once(async (): Promise<ContainerChoice> => {
    const [{ balancers }, { containers }] = await Promise.all([service(), definition()]);
    return chooseContainer({ named: asked ?? target.container, balancers, containers });
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
      return found(containers, wanted, "the task definition");
    }),
  };
}

function nameOf(choice: ContainerChoice): string {
  if (choice.kind !== "certain") throw new Error(explainChoice(choice));
  return choice.name;
}

function placeOf(tasks: readonly ExecTask[], container: string, revision: string): Place {
  const task = likeliest(tasks, container);
  if (task === undefined) throw new Error(`no task of ${revision} is running`);
  return { task, container: found(task.containers, container, `task ${task.id}`) };
}

function found<T extends { readonly name: string }>(all: readonly T[], wanted: string, where: string): T {
  const one = all.find(({ name }) => name === wanted);
  if (one === undefined) throw new Error(`${where} has no container ${wanted}`);
  return one;
}

/** The first task that lacks least: the very one that a command goes to, wherever there is one that lacks nothing. */
export function likeliest(tasks: readonly ExecTask[], container: string): ExecTask | undefined {
  const most = Math.max(...tasks.map((task) => merit(task, container)));
  return tasks.find((task) => merit(task, container) === most);
}

/** What cannot be put right while the task lives weighs more than what may come by itself. */
function merit({ health, desired, execEnabled, containers }: ExecTask, container: string): number {
  const hasAgent = containers.some(({ name, agent }) => name === container && agent === "RUNNING");
  return [health === "HEALTHY", hasAgent, execEnabled, desired !== "STOPPED"].reduce(
    (sum, has, place) => sum + (has ? 2 ** place : 0),
    0,
  );
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= read();
    return asked;
  };
}
