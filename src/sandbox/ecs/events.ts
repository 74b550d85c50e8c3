import type { World } from "../world.ts";
import type { Service, Task } from "./model.ts";
import { groupsOf } from "./task-targets.ts";

/** A service keeps its last hundred events. [D] */
const MAX_EVENTS = 100;

/** Tasks that change within this time (ms) share one event. */
const GATHERING_TIME = 1000;

/** Adds an event, newest first, worded `(service NAME) MESSAGE`. */
export function announce(world: World, service: Service, message: string, at = world.clock.now(), inside = ""): void {
  service.events.unshift({ id: world.random.uuid(), at, message: `(service ${service.name}${inside}) ${message}` });
  service.events.length = Math.min(service.events.length, MAX_EVENTS);
}

const IMPAIRED = "is unable to consistently start tasks successfully.";

/** Announced once for all tasks that fail together. [D: that it is said; how often I] */
export function announceImpaired(world: World, service: Service): void {
  const since = world.clock.now() - GATHERING_TIME;
  const isAnnounced = service.events.some(({ at, message }) => at >= since && message.endsWith(IMPAIRED));
  if (!isAnnounced) announce(world, service, IMPAIRED);
}

/** Collects tasks with the same change, then announces them as one event. `word` gives its text. */
function gather(
  world: World,
  service: Service,
  kind: string,
  item: string,
  word: (items: string[]) => string,
  inside = "",
): void {
  const waiting = service.gathering.get(kind);
  if (waiting !== undefined) {
    waiting.push(item);
    return;
  }
  const items = [item];
  service.gathering.set(kind, items);
  world.clock.after(GATHERING_TIME, () => {
    service.gathering.delete(kind);
    announce(world, service, word(items), world.clock.now(), inside);
  });
}

const count = (items: readonly string[]): string => `${items.length} ${items.length === 1 ? "task" : "tasks"}`;
const named = (items: readonly string[]): string => items.map((id) => `(task ${id})`).join(" ");

export function announceStarted(world: World, task: Task): void {
  gather(world, task.service, "started", task.id, (ids) => `has started ${count(ids)}: ${named(ids)}.`);
}

export function announceStopped(world: World, task: Task): void {
  const word = (ids: string[]): string =>
    `has stopped ${ids.length} running ${ids.length === 1 ? "task" : "tasks"}: ${named(ids)}.`;
  gather(world, task.service, "stopped", task.id, word);
}

export function announceTarget(world: World, task: Task, verb: "registered" | "deregistered"): void {
  for (const { targetGroup } of groupsOf(task.service)) {
    const text = (ids: string[]) => `${verb} ${ids.length} targets in (target-group ${targetGroup.arn})`;
    gather(world, task.service, `${verb} ${targetGroup.arn}`, task.id, text);
  }
}

/** This event names the deployment as a task set inside the first brackets. [O] */
export function announceDraining(world: World, task: Task): void {
  const { service } = task;
  const taskSet = task.deployment.id;
  gather(
    world,
    service,
    `draining ${taskSet}`,
    task.id,
    (ids) => `has begun draining connections on ${count(ids)}.`,
    `, taskSet ${taskSet}`,
  );
}
