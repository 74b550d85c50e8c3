import { renewTasks } from "../../domain/aws/cli-command.ts";
import type { Task, TaskContainer } from "../../domain/aws/ecs.ts";
import { block, notChecked, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Target } from "../../domain/target.ts";
import { BY_TASK, type ExecCheck, type RunningContainer, runningContainerOf } from "../exec-subject.ts";

const ASKS = "whether ECS Exec is on in that task";

export const enabled: ExecCheck = {
  id: "enabled",
  question: ASKS,
  run: async (subject) => [judgeEnabled((await runningContainerOf(subject)).task, subject.target)],
};

/** The service's own flag proves nothing: only tasks that start after it was set have ECS Exec (`ecs-exec.md` §6). */
export function judgeEnabled({ id, execEnabled }: Task, target: Target): Finding {
  if (execEnabled === undefined) return notChecked(ASKS, `ECS does not say it of task ${id}`);
  if (execEnabled) return ok("exec-enabled", `task ${id} was started with ECS Exec`);
  const text = `ECS Exec is off in task ${id}, whatever the service says now: only tasks that start with it have it`;
  return block("exec-disabled", text, [BY_TASK, renewTasks(target, { enableExecuteCommand: true })]);
}

const ASKS_AGENT = "whether the agent of ECS Exec runs in that container";

export const agent: ExecCheck = {
  id: "agent",
  question: ASKS_AGENT,
  async run(subject) {
    const place = await runningContainerOf(subject);
    // Without ECS Exec there is no agent. Report one problem, not three.
    if (place.task.execEnabled === false) throw new Error("ECS Exec is off in the task");
    return [judgeAgent(place, subject.target), judgeRuntime(place, subject.target)];
  },
};

/** ExecuteCommand is refused unless the container's ExecuteCommandAgent is RUNNING; it starts after the container. */
export function judgeAgent({ task, container }: RunningContainer, target: Target): Finding {
  const what = `the agent of ECS Exec in container ${container.name} of task ${task.id}`;
  if (container.agent === "RUNNING") return ok("exec-agent-runs", `${what} is RUNNING`);
  if (container.agent === "PENDING")
    return warn("exec-agent-pending", `${what} is PENDING: wait until it is RUNNING, or the command is refused`);
  if (container.agent === undefined) return notChecked(ASKS_AGENT, `ECS does not say it of task ${task.id}`);
  const text = `${what} is ${container.agent}${agentDetails(container)}`;
  return block("exec-agent-down", text, [BY_TASK, renewTasks(target)]);
}

function agentDetails({ agentReason, agentStartedAt }: TaskContainer): string {
  const reason = agentReason === undefined ? "" : `: ${agentReason}`;
  return agentStartedAt === undefined ? reason : `${reason} (last started at ${agentStartedAt})`;
}

/** A session's target needs cluster, task and runtime id (`ecs-exec.md` §2). Without a runtime id there is none. */
export function judgeRuntime({ task, container }: RunningContainer, target: Target): Finding {
  if (container.runtimeId !== undefined)
    return ok("exec-runtime-known", `container ${container.name} has the runtime id ${container.runtimeId}`);
  const text = `container ${container.name} of task ${task.id} has no runtime id: no session can be opened to it`;
  return block("exec-runtime-absent", text, [BY_TASK, renewTasks(target)]);
}
