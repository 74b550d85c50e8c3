import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Fault, type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { PortClient } from "../support/port-client.ts";
import { connectThrough, sessionsThrough } from "../support/tunnel.ts";
import { NAME } from "./support.ts";

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy", speed: 60 });
});
afterAll(() => sandbox.stop());
beforeEach(() => sandbox.clearFaults());

const DATABASE = { host: `${NAME}.c1x2y3.eu-west-1.rds.amazonaws.com`, port: 5432 };

const TEXT = Array.from({ length: 50_000 }, (_, n) => `${n} äöü€😀 line`).join("\n");

/** A megabyte to the database and back, over a channel on which these things go wrong. */
async function roundTrip(...faults: Pick<Fault, "kind" | "bytes" | "ms" | "count">[]): Promise<PortClient> {
  for (const fault of faults) sandbox.inject({ operation: "DataChannel", when: "before", ...fault });
  const client = await PortClient.open(sandbox, DATABASE);
  const database = await connectThrough(sandbox, await client.listen());
  const { rows } = await database.query("SELECT $1::text AS back", [TEXT]);
  expect(rows[0].back === TEXT).toBe(true);
  await database.end();
  expect(sandbox.state().sessions.at(-1)?.faults).toEqual(faults.map(({ kind }) => kind));
  return client;
}

const sequences = ({ channel }: PortClient): number[] =>
  channel.frames.filter(({ type }) => type === "output_stream_data").map(({ sequence }) => sequence);

// What was not acknowledged is sent again after a while, also once all of it has come.
test.each([
  ["channel-lose-acks", (seen: number[]) => new Set(seen).size < seen.length],
  ["channel-duplicate", (seen: number[]) => seen.length >= 2 * new Set(seen).size],
  ["channel-reorder", (seen: number[]) => seen.some((sequence, index) => sequence < (seen[index - 1] ?? 0))],
] as const)("%s: a megabyte each way is what it was", async (kind, shows) => {
  const client = await roundTrip({ kind });
  await expect.poll(() => shows(sequences(client))).toBe(true);
});

test("a dropped socket: with a new token the tunnel goes on where it was, and its connections with it", async () => {
  sandbox.inject({ operation: "DataChannel", when: "before", kind: "channel-drop", bytes: 400_000 });
  const client = await PortClient.open(sandbox, DATABASE);
  const database = await connectThrough(sandbox, await client.listen());
  const answer = database.query("SELECT $1::text AS back", [TEXT]);
  await client.channel.gone;
  await client.resume();
  expect((await answer).rows[0].back === TEXT).toBe(true);
  expect((await database.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  await database.end();
});

test("a pause of publication: nothing comes meanwhile, and then all of it", async () => {
  const client = await roundTrip({ kind: "channel-pause", bytes: 100_000, ms: 500 });
  const types = client.channel.frames.map(({ type }) => type);
  expect(types.indexOf("start_publication")).toBeGreaterThan(types.indexOf("pause_publication"));
});

test("a session without traffic times out, and its connections end", async () => {
  sandbox.inject({ operation: "DataChannel", when: "before", kind: "channel-idle", ms: 400 });
  const client = await PortClient.open(sandbox, DATABASE);
  await connectThrough(sandbox, await client.listen());
  expect(await client.channel.closed).toBe("Your session timed out due to inactivity and has been terminated.");
  await expect.poll(() => sessionsThrough(sandbox)).toBe(0);
});

test("channel_closed with an error cuts the connections", async () => {
  sandbox.inject({ operation: "DataChannel", when: "before", kind: "channel-close", bytes: 5000 });
  const client = await PortClient.open(sandbox, DATABASE);
  const database = await connectThrough(sandbox, await client.listen());
  await expect(database.query("SELECT repeat('x', 100000)")).rejects.toThrow();
  expect(await client.channel.closed).toMatch(/^-+ERROR-+\n/);
  await expect.poll(() => sessionsThrough(sandbox)).toBe(0);
});

test("what goes wrong with commands alone does not strike a tunnel", async () => {
  sandbox.inject({ operation: "DataChannel", when: "before", kind: "channel-truncate", bytes: 100 });
  await PortClient.open(sandbox, DATABASE);
  expect(sandbox.state().sessions.at(-1)?.faults).toEqual([]);
});
