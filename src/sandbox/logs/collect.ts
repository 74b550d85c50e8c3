import type { Task } from "../ecs/model.ts";
import type { TaskContainer } from "../ecs/task-container.ts";
import { text } from "../http/input.ts";
import type { World } from "../world.ts";
import { awslogsOptions, driverGroup } from "./driver.ts";
import type { LogStream } from "./streams.ts";

/**
 * Adds a container's new log lines to its stream `prefix/container/task`, with the time `at`. A process does not timestamp
 * its lines. They get the instant at which they are read; the lines of its start get the start's instant.
 */
export function collectLog(world: World, task: Task, container: TaskContainer, at = world.clock.now()): void {
  const lines = container.process?.log ?? [];
  if (lines.length === 0) return;
  const stream = streamOf(world, task, container);
  if (stream === undefined) return;
  const before = stream.events.length;
  for (const [index, message] of lines.slice(before).entries()) {
    const id = `${String(at).padStart(20, "0")}${task.id.slice(0, 24)}${String(before + index).padStart(12, "0")}`;
    stream.events.push({ id, at, message });
  }
}

/** Adds the new log lines of all containers. */
export function collectLogs(world: World): void {
  for (const cluster of world.ecs.clusters.values())
    for (const task of cluster.tasks.values())
      for (const container of task.containers) collectLog(world, task, container);
}

/** The stream that the container's awslogs driver writes to; undefined for another driver, and for a group that is gone. */
function streamOf(world: World, task: Task, { definition, startedAt }: TaskContainer): LogStream | undefined {
  const { name, registered } = definition;
  const options = awslogsOptions(registered);
  const streams = options && driverGroup(world, options)?.streams;
  if (options === undefined || streams === undefined) return undefined;
  const streamName = `${text(options, "awslogs-stream-prefix") ?? name}/${name}/${task.id}`;
  const stream = streams.get(streamName) ?? { name: streamName, createdAt: startedAt ?? 0, events: [] };
  streams.set(streamName, stream);
  return stream;
}
