import { certainContainerName } from "../../domain/aws/application-container.ts";
import type { Task } from "../../domain/aws/ecs.ts";
import { block, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import { BY_TASK, choiceOf, type ExecCheck, likeliestTask, tasksOf } from "../exec-subject.ts";
import { serviceOf } from "../subject.ts";

export const tasks: ExecCheck = {
  id: "tasks",
  question: "whether a task runs that can be entered",
  async run(subject) {
    // The container decides only between tasks. If it is unknown, there are tasks anyway.
    const choice = choiceOf(subject).catch(() => undefined);
    const [service, all, chosen] = await Promise.all([serviceOf(subject), tasksOf(subject), choice]);
    return [
      judgeTasks(service.taskDefinition, all, likeliestTask(all, (chosen && certainContainerName(chosen)) ?? "")),
    ];
  },
};

/** ECS stops and replaces a task that is UNHEALTHY, and a command dies with its task (`ecs-exec.md` §4). */
export function judgeTasks(revision: string, all: readonly Task[], task: Task | undefined): Finding {
  if (task === undefined)
    return block("exec-no-task", `no task of ${revision} is RUNNING: there is none to enter`, ["vulcan-ops status"]);
  if (task.desired === "STOPPED") {
    const text = `every running task of ${revision} is about to stop (desired STOPPED)`;
    return block("exec-task-leaving", text, ["vulcan-ops status", BY_TASK]);
  }
  if (task.health === "UNHEALTHY")
    return warn("exec-unhealthy", `task ${task.id} is UNHEALTHY: ECS may stop it, and the command with it`);
  if (task.health !== "HEALTHY")
    return warn("exec-health-unknown", `task ${task.id} is ${task.health}: ECS does not say whether it is healthy`);
  const healthy = all.filter(({ health }) => health === "HEALTHY").length;
  return ok("exec-task-healthy", `task ${task.id} is RUNNING and HEALTHY, as ${healthy} of ${all.length} are`);
}
