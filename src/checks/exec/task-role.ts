import { shortName } from "../../domain/aws/ecs.ts";
import type { DefinitionSetup, ExecTask } from "../../domain/aws/setup.ts";
import { block, ok } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ExecCheck } from "../check.ts";
import { BY_TASK } from "../exec-subject.ts";

export const role: ExecCheck = {
  question: "whether the task has a role",
  async run(subject) {
    const [{ task }, definition] = await Promise.all([subject.place(), subject.definition()]);
    return [judgeRole(task, definition)];
  },
};

/** The agent calls ssmmessages with the task's role. A task's override precedes its definition (`ecs-exec.md` §6). */
export function judgeRole(task: ExecTask, definition: DefinitionSetup): Finding {
  const found = task.taskRole ?? definition.taskRole;
  if (found !== undefined) return ok("exec-role", `the agent acts as the task role ${shortName(found)}`);
  const text = `${task.taskDefinition} has no task role, as which the agent of ECS Exec would speak to ssmmessages`;
  return block("exec-role-absent", text, [BY_TASK, "vulcan-ops doctor"]);
}
