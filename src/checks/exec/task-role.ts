import { shortName, type Task, type TaskDefinition } from "../../domain/aws/ecs.ts";
import { block, ok } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import { BY_TASK, type ExecCheck, runningContainerOf } from "../exec-subject.ts";
import { definitionOf } from "../subject.ts";

export const role: ExecCheck = {
  id: "role",
  question: "whether the task has a role",
  async run(subject) {
    const [{ task }, definition] = await Promise.all([runningContainerOf(subject), definitionOf(subject)]);
    return [judgeRole(task, definition)];
  },
};

/** The agent calls ssmmessages with the task's role. A task's override precedes its definition (`ecs-exec.md` §6). */
export function judgeRole(task: Task, definition: Pick<TaskDefinition, "taskRole">): Finding {
  const found = task.taskRole ?? definition.taskRole;
  if (found !== undefined) return ok("exec-role", `the agent acts as the task role ${shortName(found)}`);
  const text = `${task.taskDefinition} has no task role, as which the agent of ECS Exec would speak to ssmmessages`;
  return block("exec-role-absent", text, [BY_TASK, "vulcan-ops doctor"]);
}
