import { Awaited } from "./awaited.ts";
import type { VirtualClock } from "./clock/virtual-clock.ts";
import { MetricStore } from "./cloudwatch/store.ts";
import type { SandboxOptions } from "./options.ts";
import type { DatabaseAddress } from "./postgres/databases.ts";
import { seededRandom } from "./random.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import { DEFAULT_TIMINGS } from "./timings.ts";
import type { World } from "./world.ts";

export const DATABASE = "vulcan";
export const REGION = "eu-west-1";
const ACCOUNT = "111122223333";

/** A world with nothing in it yet. */
export function makeWorld(
  clock: VirtualClock,
  database: DatabaseAddress,
  scenario: Scenario,
  options: SandboxOptions,
): World {
  return {
    account: ACCOUNT,
    region: REGION,
    clock,
    random: seededRandom(options.seed ?? 1),
    timings: { ...DEFAULT_TIMINGS, ...options.timings },
    log: options.log ?? (() => {}),
    images: new Map(),
    pushed: new Map(),
    database,
    ecs: { clusters: new Map(), families: new Map() },
    targetGroups: new Map(),
    loadBalancers: [],
    instances: [],
    metrics: new MetricStore(),
    alarms: [],
    muteRules: new Map(),
    gauges: new Map(),
    demand: scenario.demand ?? 0,
    scaling: { targets: new Map(), policies: new Map(), activities: [] },
    logs: new Map(),
    parameters: new Map(),
    topics: new Set(),
    published: [],
    capacity: scenario.capacity ?? Number.POSITIVE_INFINITY,
    awaited: new Awaited(),
    secrets: new Map(),
    ended: false,
  };
}

/** Takes the running parts of a world down at once. Its events are cleared with the clock. */
export function endWorld(world: World): void {
  world.ended = true;
  for (const gauge of world.gauges.values()) void gauge.then((client) => client.end()).catch(() => {});
  for (const cluster of world.ecs.clusters.values()) for (const task of cluster.tasks.values()) task.process?.kill();
  for (const group of world.targetGroups.values()) for (const target of group.targets.values()) target.agent.destroy();
}
