import type { Task } from "../ecs/model.ts";
import type { World } from "../world.ts";
import { TABLES } from "./client.ts";

/** How often relays and agents send a heartbeat, and how often a scheduled scan runs (virtual ms). [I] */
const HEARTBEAT = 30_000;
const SCAN = 5 * 60_000;

/**
 * Relays and agents send heartbeats to the tasks that they are connected to, and a task that serves runs the scheduled
 * scans. Each task writes what it gets. Only a world with clients has this.
 */
export function startHeartbeats(world: World): void {
  every(world, HEARTBEAT, () => {
    const tasks = new Set(world.clients.flatMap(({ task }) => task ?? []));
    for (const task of tasks) hear(world, task);
  });
  every(world, SCAN, () => vulcanOf(world.clients.find(({ task }) => task !== undefined)?.task)?.scan?.());
}

function every(world: World, ms: number, run: () => void): void {
  world.clock.after(ms, () => {
    if (world.ended) return;
    run();
    every(world, ms, run);
  });
}

function hear(world: World, task: Task): void {
  for (const kind of ["relay", "agent"] as const) {
    const ids = world.clients.flatMap((one) => (one.task === task && one.kind === kind ? [one.id] : []));
    if (ids.length > 0) vulcanOf(task)?.heartbeat?.(TABLES[kind], ids);
  }
}

const vulcanOf = (task: Task | undefined) => task?.containers.find(({ process }) => process?.heartbeat)?.process;
