import { isIPv4 } from "node:net";
import { watchTarget } from "../alb/health-check.ts";
import { markDraining, newTarget, type Target, type TargetGroup, targetKey } from "../alb/target-group.ts";
import { recordGroupHealth } from "../cloudwatch/balancer-metrics.ts";
import type { TaskProcess } from "../container/task-process.ts";
import type { Task } from "../ecs/model.ts";
import { listenerOf } from "../ecs/task-container.ts";
import type { Input } from "../http/input.ts";
import { number, required } from "../http/input.ts";
import type { World } from "../world.ts";
import { invalid } from "./find.ts";

const addressOf = (group: TargetGroup, wanted: Input): { ip: string; port: number } => {
  const ip = required(wanted, "Id");
  if (!isIPv4(ip)) throw invalid(`The IP address '${ip}' is not a valid IPv4 address`);
  return { ip, port: number(wanted, "Port") ?? group.port };
};

const processAt = (world: World, ip: string, port: number): TaskProcess | undefined => {
  const task = taskAt(world, ip);
  return task === undefined ? undefined : listenerOf(task, port)?.process;
};

const taskAt = (world: World, ip: string): Task | undefined =>
  [...world.ecs.clusters.values()].flatMap(({ tasks }) => [...tasks.values()]).find((task) => task.ip === ip);

/** Registers an address by hand. Only a task of this world answers at one; every other is refused connections. */
export function registerTarget(world: World, group: TargetGroup, wanted: Input): void {
  const { ip, port } = addressOf(group, wanted);
  const before = group.targets.get(targetKey(ip, port));
  if (before !== undefined && before.state !== "draining") return;
  const zone = taskAt(world, ip)?.zone ?? world.network.subnets[0]?.zone ?? "";
  const target = newTarget(ip, port, zone, () => processAt(world, ip, port));
  group.targets.set(targetKey(ip, port), target);
  watchTarget(world.clock, group, target, world.timings.registration, () => {
    if (!world.ended) recordGroupHealth(world, group);
  });
}

/** Takes an address out by hand. A target that was healthy drains first, as a task's does. An unknown one is no error. */
export function deregisterTarget(world: World, group: TargetGroup, wanted: Input): void {
  const { ip, port } = addressOf(group, wanted);
  const target = group.targets.get(targetKey(ip, port));
  if (target === undefined || target.state === "draining") return;
  markDraining(target);
  recordGroupHealth(world, group);
  const drains = target.everHealthy || world.timings.drainUnhealthy;
  world.clock.after(drains ? group.deregistrationDelaySeconds * 1000 : 0, () => remove(group, target));
}

function remove(group: TargetGroup, target: Target): void {
  const key = targetKey(target.ip, target.port);
  if (group.targets.get(key) !== target) return;
  group.targets.delete(key);
  target.agent.destroy();
}
