import { CallTriggers } from "./call-triggers.ts";
import { MetricStore } from "./cloudwatch/store.ts";
import type { Containers } from "./container/containers.ts";
import { makeNetwork } from "./ec2/network.ts";
import { makeRoles } from "./iam/roles.ts";
import type { SandboxOptions } from "./options.ts";
import type { PostgresServer } from "./postgres/server.ts";
import { seededRandom } from "./random.ts";
import { makeRds } from "./rds/create-rds.ts";
import type { NameEndpoint } from "./rds/dns-endpoint.ts";
import { DATABASE } from "./rds/views.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import { seedJournalTable } from "./seed/journal-table.ts";
import { makeCalendars } from "./ssm/calendar.ts";
import { DEFAULT_TIMINGS } from "./timings.ts";
import { DEFAULT_TRAITS } from "./vulcan/options.ts";
import type { World } from "./world.ts";

export const REGION = "eu-west-1";
const ACCOUNT = "111122223333";

/** What outlives each world: the host process, the server of the scenario's database, the address of its name. */
export interface WorldParts extends Pick<World, "clock" | "adminToken" | "streamUrl" | "channelFaults"> {
  readonly server: PostgresServer;
  readonly address: NameEndpoint;
  readonly containers: Containers;
}

/** An empty world. */
export function makeWorld(parts: WorldParts, scenario: Scenario, options: SandboxOptions): World {
  const { clock, adminToken, server, address, containers, streamUrl, channelFaults } = parts;
  const { user, password } = server;
  const network = makeNetwork(REGION);
  const subnetIds = network.subnets.map(({ id }) => id);
  const world: World = {
    account: ACCOUNT,
    region: REGION,
    clock,
    random: seededRandom(options.seed ?? 1),
    timings: { ...DEFAULT_TIMINGS, ...scenario.timings, ...options.timings },
    log: options.log ?? (() => {}),
    images: new Map(),
    repositories: new Map(),
    pushed: new Map(),
    database: { host: "127.0.0.1", port: address.port, user, password, database: DATABASE },
    adminToken,
    network,
    roles: makeRoles(clock.now()),
    ecs: { clusters: new Map(), families: new Map() },
    targetGroups: new Map(),
    ipv6: scenario.network?.ipv6 === true,
    loadBalancers: [],
    rds: makeRds(server, address, subnetIds, scenario.rds),
    metrics: new MetricStore(),
    units: new Map(),
    alarms: [],
    vulcan: { ...DEFAULT_TRAITS, ...scenario.vulcan, ...options.vulcan },
    containers: {
      enter: (task, container) => containers.enter(world, task, container),
      leave: (container) => containers.leave(container),
    },
    commands: [],
    sessions: new Map(),
    streamUrl,
    channelFaults,
    muteRules: new Map(),
    gauges: new Map(),
    demand: scenario.demand ?? 0,
    clients: [],
    sockets: { open: 0 },
    customers: options.customers ?? 0,
    scaling: { targets: new Map(), policies: new Map(), scheduled: new Map(), activities: [] },
    logs: new Map(),
    parameters: new Map(),
    topics: new Map(),
    published: [],
    rules: new Map(),
    schedules: new Map(),
    calendars: makeCalendars(clock.now()),
    capacity: scenario.capacity ?? Number.POSITIVE_INFINITY,
    awaited: new CallTriggers(),
    secrets: new Map(),
    tables: new Map(),
    machineRuns: new Map(),
    answeredTokens: new Set(),
    ended: false,
  };
  seedJournalTable(world);
  return world;
}

/** Stops the running parts of a world at once. The clock clears the world's events. */
export function endWorld(world: World): void {
  world.ended = true;
  for (const session of world.sessions.values()) session.destroy();
  for (const gauge of world.gauges.values()) void gauge.then((client) => client.end()).catch(() => {});
  for (const cluster of world.ecs.clusters.values()) {
    for (const task of cluster.tasks.values()) {
      for (const container of task.containers) {
        container.process?.kill();
        world.containers.leave(container);
      }
    }
  }
  for (const group of world.targetGroups.values()) for (const target of group.targets.values()) target.agent.destroy();
}
