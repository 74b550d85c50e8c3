import type { Task } from "../ecs/model.ts";
import { mainContainer } from "../ecs/task-queries.ts";
import { record, records, text } from "../http/input.ts";
import type { World } from "../world.ts";
import { type LogStream, newLogGroup } from "./streams.ts";

/**
 * Adds a task's new log lines to its stream `prefix/container/task`, with the time `at`. A process does not timestamp
 * its lines. They get the instant at which they are read; the lines of its start get the start's instant.
 */
export function collectLog(world: World, task: Task, at = world.clock.now()): void {
  const lines = task.process?.log ?? [];
  if (lines.length === 0) return;
  const stream = streamOf(world, task);
  if (stream === undefined) return;
  const before = stream.events.length;
  for (const [index, message] of lines.slice(before).entries()) {
    const id = `${String(at).padStart(20, "0")}${task.id.slice(0, 24)}${String(before + index).padStart(12, "0")}`;
    stream.events.push({ id, at, message });
  }
}

/** Adds the new log lines of all tasks. */
export function collectLogs(world: World): void {
  for (const cluster of world.ecs.clusters.values()) for (const task of cluster.tasks.values()) collectLog(world, task);
}

/** The stream that the container's awslogs driver writes to; undefined for another driver. */
function streamOf(world: World, task: Task): LogStream | undefined {
  const { name } = mainContainer(task);
  const registered = task.deployment.revision.taskDefinition.registered;
  const container = records(registered, "containerDefinitions").find((one) => one.name === name);
  const configuration = record(container ?? {}, "logConfiguration") ?? {};
  const options = record(configuration, "options") ?? {};
  const group = text(options, "awslogs-group");
  if (text(configuration, "logDriver") !== "awslogs" || group === undefined) return undefined;
  const open = world.logs.get(group) ?? newLogGroup(group, world.clock.now());
  world.logs.set(group, open);
  const { streams } = open;
  const streamName = `${text(options, "awslogs-stream-prefix") ?? name}/${name}/${task.id}`;
  const stream = streams.get(streamName) ?? { name: streamName, createdAt: task.startedAt ?? 0, events: [] };
  streams.set(streamName, stream);
  return stream;
}
