import type { VirtualClock } from "./clock/virtual-clock.ts";
import { MetricStore } from "./cloudwatch/store.ts";
import type { SandboxOptions } from "./options.ts";
import type { PostgresServer } from "./postgres/server.ts";
import { seededRandom } from "./random.ts";
import { makeRds } from "./rds/make-rds.ts";
import type { NameEndpoint } from "./rds/name-endpoint.ts";
import { DATABASE } from "./rds/views.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import { DEFAULT_TIMINGS } from "./timings.ts";
import type { World } from "./world.ts";

export const REGION = "eu-west-1";
const ACCOUNT = "111122223333";

/** What outlives each world: the server of the scenario's database, and the address of its name. */
export interface Ground {
  readonly clock: VirtualClock;
  readonly server: PostgresServer;
  readonly address: NameEndpoint;
}

/** A world with nothing in it yet. */
export function makeWorld({ clock, server, address }: Ground, scenario: Scenario, options: SandboxOptions): World {
  const { user, password } = server;
  return {
    account: ACCOUNT,
    region: REGION,
    clock,
    random: seededRandom(options.seed ?? 1),
    timings: { ...DEFAULT_TIMINGS, ...scenario.timings, ...options.timings },
    log: options.log ?? (() => {}),
    images: new Map(),
    database: { host: "127.0.0.1", port: address.port, user, password, database: DATABASE },
    ecs: { clusters: new Map(), families: new Map() },
    targetGroups: new Map(),
    loadBalancers: [],
    rds: makeRds(server, address, scenario.rds?.trouble),
    metrics: new MetricStore(),
    alarms: [],
    ended: false,
  };
}

/** Takes the running parts of a world down at once. Its events are cleared with the clock. */
export function endWorld(world: World): void {
  world.ended = true;
  for (const cluster of world.ecs.clusters.values()) for (const task of cluster.tasks.values()) task.process?.kill();
  for (const group of world.targetGroups.values()) for (const target of group.targets.values()) target.agent.destroy();
}
