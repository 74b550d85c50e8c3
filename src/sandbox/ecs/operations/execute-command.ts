import { hasProgram } from "../../container/task-dir.ts";
import { AwsError } from "../../http/aws-error.ts";
import type { Input } from "../../http/input.ts";
import { flag, required, text } from "../../http/input.ts";
import { changing, type Operation } from "../../http/operation.ts";
import { Command } from "../../session-channel/command.ts";
import { Session } from "../../session-channel/session.ts";
import { splitCommand } from "../../session-channel/shlex.ts";
import type { World } from "../../world.ts";
import { hasExecAgent } from "../exec-agent.ts";
import { findCluster, findTask } from "../find.ts";
import type { Cluster, Task } from "../model.ts";
import { shortName } from "../names.ts";
import { containerNamed, isUp, type TaskContainer } from "../task-container.ts";
import { containerArn } from "../views/task.ts";

const refuse = (message: string): AwsError => new AwsError("InvalidParameterException", message);

const NOT_ENABLED =
  "The execute command failed because execute command was not enabled when the task was run or the execute command " +
  "agent isn't running. Wait and try again or run a new task with execute command enabled and try again.";

/** The task that a command is for. [O: the texts; that of a task not running I] */
function targetTask(cluster: Cluster, input: Input): Task {
  const name = required(input, "task");
  if (![32, 36].includes(shortName(name).length)) throw refuse("taskId length should be one of [32,36]");
  const task = findTask(cluster, name);
  if (task === undefined) throw refuse("The referenced task was not found.");
  if (task.lastStatus === "STOPPED") throw refuse("The specified task is not running.");
  return task;
}

/** The container of the task, with its agent running. */
function targetContainer(world: World, task: Task, input: Input): TaskContainer {
  const container = namedContainer(task, input);
  if (!container.stopped && !hasExecAgent(world, task, container)) throw refuse(NOT_ENABLED);
  if (!isUp(container)) {
    const message = "The execute command failed due to an internal error. Try again later.";
    throw new AwsError("TargetNotConnectedException", message);
  }
  return container;
}

function namedContainer(task: Task, input: Input): TaskContainer {
  const { containers } = task;
  const name = text(input, "container");
  if (name === undefined && containers.length > 1) {
    throw refuse("container name must be specified for a task with multiple containers.");
  }
  const container = name === undefined ? containers[0] : containerNamed(task, name);
  if (container === undefined) throw refuse(`The container ${name} was not found in the task.`);
  return container;
}

/** Starts the command. If it cannot start, the agent reports why in the session. */
async function start(world: World, session: Session): Promise<void> {
  const split = splitCommand(session.command);
  if ("problem" in split) return session.refuse(`Failed to parse commands input: ${split.problem}`);
  const [program = "", ...args] = split.words;
  const folder = await world.containers.enter(session.task, session.container);
  const isThere = !(world.vulcan.withoutShell && program === "/bin/sh") && hasProgram(folder, program);
  if (isThere) {
    // The agent reads its terminal for the first time a second later. [S]
    return session.begin(await Command.start(folder, session, [program, ...args]), world.timings.execFirstRead);
  }
  const reason = program.includes("/")
    ? `fork/exec ${program}: no such file or directory`
    : `exec: "${program}": executable file not found in $PATH`;
  session.refuse(`Failed to start pty: ${reason}`);
}

export const executeCommandOperations: Readonly<Record<string, Operation>> = {
  ExecuteCommand: changing(async (world, input) => {
    const cluster = findCluster(world, input);
    const command = required(input, "command");
    if (flag(input, "interactive") !== true) throw refuse("Interactive is the only mode supported currently.");
    const task = targetTask(cluster, input);
    const container = targetContainer(world, task, input);
    const id = `ecs-execute-command-${world.random.hex(17)}`;
    const session = new Session(world, id, { task, container }, command, world.channelFaults());
    world.sessions.set(id, session);
    await start(world, session);
    return {
      clusterArn: cluster.arn,
      containerArn: containerArn(task, container),
      containerName: container.definition.name,
      interactive: true,
      session: { sessionId: id, streamUrl: world.streamUrl(id), tokenValue: session.token },
      taskArn: task.arn,
    };
  }),
};
