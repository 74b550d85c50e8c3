import { renewTasks } from "../../domain/aws/cli-command.ts";
import type { ExecContainer, ExecTask } from "../../domain/aws/setup.ts";
import { block, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Target } from "../../domain/target.ts";
import type { ExecCheck } from "../check.ts";
import { BY_TASK, type Place } from "../exec-subject.ts";

export const enabled: ExecCheck = {
  asks: "whether ECS Exec is on in that task",
  look: async (subject) => [judgeEnabled((await subject.place()).task, subject.target)],
};

/** The service's own flag tells nothing: only tasks that start after it was set have ECS Exec (`ecs-exec.md` §6). */
export function judgeEnabled({ id, execEnabled }: ExecTask, target: Target): Finding {
  if (execEnabled) return ok("exec-enabled", `task ${id} was started with ECS Exec`);
  const text = `ECS Exec is off in task ${id}, whatever the service says now: only tasks that start with it have it`;
  return block("exec-disabled", text, [BY_TASK, renewTasks(target, { enableExecuteCommand: true })]);
}

export const agent: ExecCheck = {
  asks: "whether the agent of ECS Exec runs in that container",
  async look(subject) {
    const place = await subject.place();
    // Without ECS Exec there is no agent: that is one thing to put right, not three.
    if (!place.task.execEnabled) throw new Error("ECS Exec is off in the task");
    return [judgeAgent(place, subject.target), judgeRuntime(place, subject.target)];
  },
};

/** ExecuteCommand is refused unless the container's ExecuteCommandAgent is RUNNING; it starts after the container. */
export function judgeAgent({ task, container }: Place, target: Target): Finding {
  const what = `the agent of ECS Exec in container ${container.name} of task ${task.id}`;
  if (container.agent === "RUNNING") return ok("exec-agent-runs", `${what} is RUNNING`);
  if (container.agent === "PENDING")
    return warn("exec-agent-pending", `${what} is PENDING: wait until it is RUNNING, or the command is refused`);
  const text = `${what} is ${container.agent ?? "absent"}${told(container)}`;
  return block("exec-agent-down", text, [BY_TASK, renewTasks(target)]);
}

function told({ agentReason, agentStartedAt }: ExecContainer): string {
  const reason = agentReason === undefined ? "" : `: ${agentReason}`;
  return agentStartedAt === undefined ? reason : `${reason} (last started at ${agentStartedAt})`;
}

/** A session's target is named by cluster, task and runtime id (`ecs-exec.md` §2): without one there is none to name. */
export function judgeRuntime({ task, container }: Place, target: Target): Finding {
  if (container.runtimeId !== undefined)
    return ok("exec-runtime-known", `container ${container.name} has the runtime id ${container.runtimeId}`);
  const text = `container ${container.name} of task ${task.id} has no runtime id: no session can be opened to it`;
  return block("exec-runtime-absent", text, [BY_TASK, renewTasks(target)]);
}
