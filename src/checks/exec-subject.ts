import { type ContainerChoice, chooseContainer, explainChoice } from "../domain/aws/application-container.ts";
import { type Container, isRunning, type Task, type TaskContainer } from "../domain/aws/ecs.ts";
import type { ActionServices } from "../domain/services.ts";
import type { Check } from "./check.ts";
import { definitionOf, type Subject, serviceOf } from "./subject.ts";

/** What a command in a container is about. */
export interface ExecSubject extends Subject {
  /** The container's name, if the operator or the runbook gives one. */
  readonly container?: string | undefined;
  readonly execVia: ActionServices["execVia"];
}

export type ExecCheck = Check<ExecSubject>;

/** Where the command would run. */
export interface RunningContainer {
  readonly task: Task;
  readonly container: TaskContainer;
}

/** Runs the same command in a one-off task, which needs none of this. */
export const BY_TASK = "vulcan-ops migrate down … --via task";

type Facts = Pick<ExecSubject, "target" | "reads" | "container">;

/** Its running tasks of the revision that it is to run. */
export async function tasksOf(subject: Facts): Promise<readonly Task[]> {
  const { cluster, service } = subject.target;
  const [{ taskDefinition }, all] = await Promise.all([
    serviceOf(subject),
    subject.reads.ecs.tasks(cluster, service, "RUNNING"),
  ]);
  return all.filter((task) => isRunning(task) && task.taskDefinition === taskDefinition);
}

export async function choiceOf(subject: Facts): Promise<ContainerChoice> {
  const [{ balancers }, { containers }] = await Promise.all([serviceOf(subject), definitionOf(subject)]);
  return chooseContainer({ named: subject.container ?? subject.target.container, balancers, containers });
}

/** Rejects with the reason if it is unknown. */
export async function runningContainerOf(subject: Facts): Promise<RunningContainer> {
  const [tasks, name, service] = await Promise.all([tasksOf(subject), nameOf(subject), serviceOf(subject)]);
  const task = likeliestTask(tasks, name);
  if (task === undefined) throw new Error(`no task of ${service.taskDefinition} is running`);
  return { task, container: findByName(task.containers, name, `task ${task.id}`) };
}

/** That container as its revision defines it; rejects like `runningContainerOf`. */
export async function containerOf(subject: Facts): Promise<Container> {
  const [{ containers }, name] = await Promise.all([definitionOf(subject), nameOf(subject)]);
  return findByName(containers, name, "the task definition");
}

async function nameOf(subject: Facts): Promise<string> {
  const choice = await choiceOf(subject);
  if (choice.kind !== "certain") throw new Error(explainChoice(choice));
  return choice.name;
}

function findByName<T extends { readonly name: string }>(
  all: readonly T[] | undefined,
  wanted: string,
  where: string,
): T {
  if (all === undefined) throw new Error(`ECS does not say which containers ${where} has`);
  const one = all.find(({ name }) => name === wanted);
  if (one === undefined) throw new Error(`${where} has no container ${wanted}`);
  return one;
}

/** The first task that lacks least. If one lacks nothing, a command goes to this very task. */
export function likeliestTask(tasks: readonly Task[], container: string): Task | undefined {
  const most = Math.max(...tasks.map((task) => suitability(task, container)));
  return tasks.find((task) => suitability(task, container) === most);
}

/** A defect that stays as long as the task lives weighs more than one that may pass by itself. */
function suitability({ health, desired, execEnabled, containers = [] }: Task, container: string): number {
  const hasAgent = containers.some(({ name, agent }) => name === container && agent === "RUNNING");
  return [health === "HEALTHY", hasAgent, execEnabled === true, desired !== "STOPPED"].reduce(
    (sum, has, index) => sum + (has ? 2 ** index : 0),
    0,
  );
}
