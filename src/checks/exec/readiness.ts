import { type ContainerChoice, certainContainerName } from "../../domain/aws/application-container.ts";
import { renewTasks } from "../../domain/aws/cli-command.ts";
import type { Container, Service, Task, TaskContainer } from "../../domain/aws/ecs.ts";
import { block, notTried, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Target } from "../../domain/target.ts";
import type { DoctorCheck } from "../doctor-subject.ts";
import { BY_TASK, choiceOf, likeliestTask, type RunningContainer, tasksOf } from "../exec-subject.ts";
import { definitionOf, serviceOf } from "../subject.ts";
import { judgeAgent, judgeEnabled } from "./agent.ts";
import { judgeContainer } from "./container.ts";
import { judgeRoot } from "./container-setup.ts";
import { judgePlatform } from "./platform.ts";
import { judgeTasks } from "./task.ts";

/** Whether `vulcan migrate down` can run in a task, by what the check of such a command says of the task it takes. */
export const exec: DoctorCheck = {
  id: "exec",
  question: "ECS Exec",
  async run(subject) {
    const [service, tasks, { containers }, choice] = await Promise.all([
      serviceOf(subject),
      tasksOf(subject),
      definitionOf(subject),
      choiceOf(subject),
    ]);
    return judgeExec({ service, tasks, containers, choice }, subject.target);
  },
};

interface ExecState {
  readonly service: Service;
  /** Its running tasks. */
  readonly tasks: readonly Task[];
  readonly containers: readonly Container[];
  /** Which of the containers is the application's. */
  readonly choice: ContainerChoice;
}

export function judgeExec(state: ExecState, target: Target): readonly Finding[] {
  const { service, tasks, containers, choice } = state;
  const name = certainContainerName(choice);
  const ready = tasks.filter((task) => isReady(task, containerIn(task, name)));
  const ofService = judgeService(service, target, ready.length > 0);
  const found = [judgeContainer(choice, containers), ...ofService, ...judgeTask(state, target)]
    .filter(({ level }) => level !== "ok")
    .map(mended);
  if (found.length > 0) return found;
  return [ok("exec-ready", `on, and the agent runs in ${ready.length} of ${tasks.length} tasks`)];
}

/** Tasks that start from now on. An agent that runs works until its task is replaced. */
function judgeService({ execEnabled }: Service, target: Target, isRunning: boolean): readonly Finding[] {
  if (execEnabled === undefined) return [notTried("ECS does not say whether the service starts its tasks with it")];
  const fix = renewTasks(target, { enableExecuteCommand: true });
  if (execEnabled) return [];
  if (!isRunning) return [block("exec-service-off", "the service starts its tasks without it", [fix])];
  const text = "on in running tasks, but the service starts its tasks without it: gone after the next deployment";
  return [warn("exec-service-off", text, [fix])];
}

/** The task that a command would take. Where its agent runs, nothing is in the way, whatever the settings say. */
function judgeTask({ service, tasks, containers, choice }: ExecState, target: Target): readonly Finding[] {
  const name = certainContainerName(choice);
  const task = likeliestTask(tasks, name ?? "");
  if (task === undefined) return [judgeTasks(service.taskDefinition, tasks, task)];
  if (name === undefined || service.execEnabled === false) return [];
  const container = containerIn(task, name);
  if (container === undefined) return [notTried(`task ${task.id} has no container ${name}`)];
  if (isReady(task, container)) return [];
  return [
    judgeEnabled(task, target),
    ...(task.execEnabled === false ? [] : [agentFinding({ task, container }, target)]),
    judgePlatform(task, target),
    ...containers.filter((one) => one.name === name).map((one) => judgeRoot(one, container)),
  ];
}

/** An agent that runs says more than a member that is not there. */
const isReady = ({ execEnabled }: Task, container: TaskContainer | undefined): boolean =>
  execEnabled !== false && container?.agent === "RUNNING";

const containerIn = ({ containers = [] }: Task, wanted: string | undefined): TaskContainer | undefined =>
  containers.find(({ name }) => name === wanted);

const FOR_THE_ROLE = '{"Effect": "Allow", "Action": ["ssmmessages:*"], "Resource": "*"} for the task role';

/** With what keeps an agent from running. */
function agentFinding(place: RunningContainer, target: Target): Finding {
  const found = judgeAgent(place, target);
  if (found.level !== "block") return found;
  const text = `${found.text}: the task role lacks ssmmessages, or the network a way out`;
  return { ...found, text, next: [FOR_THE_ROLE, ...(found.next ?? [])] };
}

/** The doctor says what mends it, not what goes without it. */
const mended = ({ next, ...found }: Finding): Finding =>
  next === undefined ? found : { ...found, next: next.filter((line) => line !== BY_TASK) };
