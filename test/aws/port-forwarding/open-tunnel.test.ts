import type { Duplex } from "node:stream";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createClients, WRITE_ATTEMPTS } from "../../../src/aws/client/clients.ts";
import { openTunnel } from "../../../src/aws/port-forwarding/open-tunnel.ts";
import { createReads } from "../../../src/aws/reads.ts";
import { createDatabase } from "../../../src/database/database.ts";
import { chooseTunnelTask, type TunnelTask } from "../../../src/domain/aws/exec-target.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.ts";
import { refusalOf, useSandbox } from "../ecs-exec/support.ts";

const SCENARIO = "database-private";
const TARGET = {
  name: "t",
  cluster: "vulcan-prod",
  service: "vulcan-prod",
  database: "vulcan-prod",
  production: false,
};

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ scenario: SCENARIO, speed: 60 });
  useSandbox(sandbox);
});
beforeEach(async () => {
  sandbox.clearFaults();
  await sandbox.reset(SCENARIO);
});
afterAll(() => sandbox.stop());

const clients = () => createClients({ region: "eu-west-1" }, WRITE_ATTEMPTS);
const tasks = () => createReads(clients()).ecs.tasks(TARGET.cluster, TARGET.service, "RUNNING");
const aDoor = async (): Promise<TunnelTask> => chooseTunnelTask(await tasks(), TARGET);
const port = (): number => Number(new URL(sandbox.databaseUrl).port || 5432);
const host = (): string => new URL(sandbox.databaseUrl).hostname;

const open = (door: TunnelTask, to = { host: host(), port: port() }, readyMs?: number): Promise<Duplex> =>
  openTunnel(clients(), door, to, () => sandbox.now(), readyMs);

const brokenWith = (stream: Duplex): Promise<Error> => new Promise((resolve) => stream.once("error", resolve));

/** Fifty rounds of a query and its answer over one connection, and how many migrations it counts. */
async function talk(): Promise<number> {
  const door = await aDoor();
  const database = createDatabase(sandbox.databaseUrl, (far, at) => open(door, { host: far, port: at }));
  try {
    for (let round = 0; round < 49; round++) await database.maxConnections();
    return (await database.migrations()).length;
  } finally {
    await database.close();
  }
}

describe("SQL through a task", () => {
  it.each([
    { kind: "none" },
    { kind: "channel-lose-acks", count: 3 },
    { kind: "channel-duplicate" },
    { kind: "channel-reorder" },
    { kind: "channel-drop", bytes: 700 },
    { kind: "channel-pause", bytes: 500, ms: 700 },
  ] as const)("is whole, whatever the wire does to it: %j", async (trouble) => {
    if (trouble.kind !== "none") sandbox.inject({ operation: "DataChannel", when: "before", ...trouble });
    expect(await talk()).toBe(7);
  });

  it("breaks with a sentence where the service closes the channel", async () => {
    sandbox.inject({ operation: "DataChannel", when: "before", kind: "channel-close", bytes: 300 });
    const { code, message, effect } = await refusalOf(talk());
    expect([code, effect]).toEqual(["database-broken", "none"]);
    expect(message).toMatch(/^the way to \S+ through task [0-9a-f]{32} broke: .*closed by the service/);
  });

  it("to a port where nobody listens: the task is said not to get there, and its session is ended", async () => {
    const stream = await open(await aDoor(), { host: host(), port: 1 });
    expect((await brokenWith(stream)).message).toMatch(/^task [0-9a-f]{32} cannot connect to \S+:1$/);
    const names = () => sandbox.requests().map(({ operation }) => operation);
    await expect.poll(names).toContain("TerminateSession");
  });

  it("by a task that has gone: its agent cannot be reached", async () => {
    const door = { ...(await aDoor()), task: "0".repeat(32) };
    expect(await refusalOf(open(door))).toMatchObject({ code: "tunnel-not-connected", effect: "none" });
  });

  it("by an agent that takes too long: given up, and its session is ended", async () => {
    const { code, message } = await refusalOf(open(await aDoor(), undefined, 1));
    expect(code).toBe("database-broken");
    expect(message).toContain("its agent was not ready within 0.001 s");
    await expect.poll(() => sandbox.requests().map(({ operation }) => operation)).toContain("TerminateSession");
  });

  it("without the permission says which one is missing", async () => {
    sandbox.inject({ operation: "StartSession", when: "before", kind: "access-denied" });
    expect((await refusalOf(open(await aDoor()))).message).toContain("ssm:StartSession");
  });
});
