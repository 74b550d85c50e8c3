import type { Task } from "../ecs/model.ts";
import { mainContainer } from "../ecs/task-queries.ts";
import { record, records, text } from "../http/input.ts";
import type { World } from "../world.ts";
import type { LogStream } from "./streams.ts";

/**
 * Takes what a task has said since the last time into its stream `prefix/container/task`, as said at `at`. A process
 * does not stamp its lines: they get the instant at which they are seen, and those of its start the start.
 */
export function collectLog(world: World, task: Task, at = world.clock.now()): void {
  const said = task.process?.log ?? [];
  if (said.length === 0) return;
  const stream = streamOf(world, task);
  if (stream === undefined) return;
  const before = stream.events.length;
  for (const [index, message] of said.slice(before).entries()) {
    const id = `${String(at).padStart(20, "0")}${task.id.slice(0, 24)}${String(before + index).padStart(12, "0")}`;
    stream.events.push({ id, at, message });
  }
}

/** Takes in what all tasks have said. */
export function collectLogs(world: World): void {
  for (const cluster of world.ecs.clusters.values()) for (const task of cluster.tasks.values()) collectLog(world, task);
}

/** The stream that the container's awslogs driver writes to; none where it has another driver. */
function streamOf(world: World, task: Task): LogStream | undefined {
  const { name } = mainContainer(task);
  const registered = task.deployment.revision.taskDefinition.registered;
  const container = records(registered, "containerDefinitions").find((one) => one.name === name);
  const configuration = record(container ?? {}, "logConfiguration") ?? {};
  const options = record(configuration, "options") ?? {};
  const group = text(options, "awslogs-group");
  if (text(configuration, "logDriver") !== "awslogs" || group === undefined) return undefined;
  const streams = world.logs.get(group) ?? new Map<string, LogStream>();
  world.logs.set(group, streams);
  const streamName = `${text(options, "awslogs-stream-prefix") ?? name}/${name}/${task.id}`;
  const stream = streams.get(streamName) ?? { name: streamName, createdAt: task.startedAt ?? 0, events: [] };
  streams.set(streamName, stream);
  return stream;
}
