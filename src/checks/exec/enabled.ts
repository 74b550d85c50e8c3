import { renewTasks } from "../../domain/aws/renew-tasks.ts";
import type { ExecTask } from "../../domain/aws/setup.ts";
import { ok } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Target } from "../../domain/target.ts";
import { BY_TASK, block, type ExecCheck } from "../exec-check.ts";

export const enabled: ExecCheck = {
  asks: "whether ECS Exec is on in that task",
  look: async (subject) => [judgeEnabled((await subject.place()).task, subject.target)],
};

/** The service's own flag tells nothing: only tasks that start after it was set have ECS Exec (`ecs-exec.md` §6). */
export function judgeEnabled({ id, execEnabled }: ExecTask, target: Target): Finding {
  if (execEnabled) return ok("exec-enabled", `task ${id} was started with ECS Exec`);
  const text = `ECS Exec is off in task ${id}, whatever the service says now: only tasks that start with it have it`;
  return block("exec-disabled", text, BY_TASK, renewTasks(target, { enableExecuteCommand: true }));
}
