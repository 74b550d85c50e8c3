import type { VirtualClock } from "./clock/virtual-clock.ts";
import { MetricStore } from "./cloudwatch/store.ts";
import type { Containers } from "./container/containers.ts";
import type { SandboxOptions } from "./options.ts";
import type { DatabaseAddress } from "./postgres/databases.ts";
import { seededRandom } from "./random.ts";
import { DEFAULT_TIMINGS } from "./timings.ts";
import { DEFAULT_TRAITS, type VulcanTraits } from "./vulcan/traits.ts";
import type { World } from "./world.ts";

export const DATABASE = "vulcan";
export const REGION = "eu-west-1";
const ACCOUNT = "111122223333";

/** What a world needs of the process that hosts it. */
export interface Surroundings extends Pick<World, "streamUrl" | "channelFaults"> {
  readonly clock: VirtualClock;
  readonly database: DatabaseAddress;
  readonly containers: Containers;
}

/** A world with nothing in it yet. */
export function makeWorld(
  { clock, database, containers, streamUrl, channelFaults }: Surroundings,
  options: SandboxOptions,
  traits: Partial<VulcanTraits> = {},
): World {
  const world: World = {
    account: ACCOUNT,
    region: REGION,
    clock,
    random: seededRandom(options.seed ?? 1),
    timings: { ...DEFAULT_TIMINGS, ...options.timings },
    log: options.log ?? (() => {}),
    images: new Map(),
    database,
    ecs: { clusters: new Map(), families: new Map() },
    targetGroups: new Map(),
    loadBalancers: [],
    instances: [],
    metrics: new MetricStore(),
    alarms: [],
    vulcan: { ...DEFAULT_TRAITS, ...traits, ...options.vulcan },
    containers: {
      enter: (task) => containers.enter(world, task),
      leave: (task) => containers.leave(task),
    },
    sessions: new Map(),
    streamUrl,
    channelFaults,
    ended: false,
  };
  return world;
}

/** Takes the running parts of a world down at once. Its events are cleared with the clock. */
export function endWorld(world: World): void {
  world.ended = true;
  for (const session of world.sessions.values()) session.destroy();
  for (const cluster of world.ecs.clusters.values()) {
    for (const task of cluster.tasks.values()) {
      task.process?.kill();
      world.containers.leave(task);
    }
  }
  for (const group of world.targetGroups.values()) for (const target of group.targets.values()) target.agent.destroy();
}
