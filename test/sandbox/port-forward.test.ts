import { createServer } from "node:net";
import { StopTaskCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { answerOf, MUX, muxFrame, PortClient, TYPE } from "../support/port-client.ts";
import { askThrough, connectThrough, sessionsThrough } from "../support/tunnel.ts";
import { callSsm } from "./ssm-client.ts";
import { type Clients, clients, NAME, SERVICE } from "./support.ts";

let sandbox: Sandbox;
let aws: Clients;
let open: PortClient[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy", speed: 60 });
  aws = clients(sandbox);
});
afterAll(() => sandbox.stop());
beforeEach(() => {
  for (const client of open) client.close();
  open = [];
});

const DATABASE = { host: `${NAME}.c1x2y3.eu-west-1.rds.amazonaws.com`, port: 5432 };

async function forward(to: { host?: string; port: number } = DATABASE, answer?: object): Promise<PortClient> {
  const client = await PortClient.open(sandbox, to, answer);
  open.push(client);
  return client;
}

const flags = (client: PortClient): number[] =>
  client.said.filter(({ type }) => type === TYPE.flag).map(({ payload }) => payload.readUInt32BE(0));

test("the handshake: what the agent asks, and that it is complete", async () => {
  const client = await forward();
  await client.ready;
  const [request, complete, ...more] = client.said;
  expect(more).toEqual([]);
  expect([request?.type, complete?.type]).toEqual([TYPE.request, TYPE.complete]);
  expect(JSON.parse(request?.payload.toString() ?? "")).toEqual({
    AgentVersion: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/),
    RequestedClientActions: [
      {
        ActionType: "SessionType",
        ActionParameters: {
          SessionType: "Port",
          Properties: {
            host: DATABASE.host,
            portNumber: "5432",
            localPortNumber: "0",
            type: "LocalPortForwarding",
          },
        },
      },
    ],
  });
  const { HandshakeTimeToComplete, CustomerMessage } = JSON.parse(complete?.payload.toString() ?? "");
  expect(CustomerMessage).toBe("");
  expect(HandshakeTimeToComplete).toBeGreaterThan(0);
  const first = client.channel.frames.filter(({ type }) => type === "output_stream_data");
  expect(first.map(({ sequence, flags: syn }) => [sequence, syn])).toEqual([
    [0, 1],
    [1, 0],
  ]);
});

test("input before the client's answer is acknowledged and thrown away", async () => {
  const client = await forward();
  client.mux(muxFrame(MUX.syn, 99)); // goes out before the agent's request has come in
  await client.ready;
  await client.channel.until(() => client.channel.waiting === 0);
  client.mux(muxFrame(MUX.fin, 99));
  const port = await client.listen();
  expect(await askThrough(sandbox, port, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  expect(client.finished.has(99)).toBe(false);
});

test.each([
  [
    "one that refuses the session's type",
    answerOf("1.2.677.0", 2, "Unknown session type Port"),
    "Encountered error while initiating handshake. SessionType failed on client with status 2 error: Unknown session type Port",
  ],
  [
    "one that is too old to multiplex",
    answerOf("1.1.61.0"),
    "Encountered error while initiating handshake. The sandbox forwards ports for clients from version 1.1.70 on alone.",
  ],
  [
    "one without a version",
    { ProcessedClientActions: [] },
    "Encountered error while initiating handshake. The sandbox forwards ports for clients from version 1.1.70 on alone.",
  ],
])("a client's answer, %s, ends the session", async (_, answer, words) => {
  const client = await forward(DATABASE, answer);
  expect(await client.channel.closed).toBe(words);
});

test("a query through the tunnel, as a program would ask that knows nothing of it", async () => {
  const port = await (await forward()).listen();
  expect(await askThrough(sandbox, port, "SELECT max(version) AS newest FROM migrations")).toEqual([{ newest: 7 }]);
  await expect.poll(() => sessionsThrough(sandbox)).toBe(0);
});

test("two connections at once do not see each other", async () => {
  const client = await forward();
  const port = await client.listen();
  const [a, b] = await Promise.all([connectThrough(sandbox, port), connectThrough(sandbox, port)]);
  await a.query("BEGIN; CREATE TEMP TABLE mine AS SELECT 1 AS n");
  const [of, and] = await Promise.all([
    a.query("SELECT n, pg_backend_pid() AS pid FROM mine"),
    b.query("SELECT to_regclass('mine') AS n, pg_backend_pid() AS pid"),
  ]);
  expect([of.rows[0].n, and.rows[0].n]).toEqual([1, null]);
  expect(of.rows[0].pid).not.toBe(and.rows[0].pid);
  await a.end();
  expect((await b.query("SELECT 2 AS two")).rows).toEqual([{ two: 2 }]);
  await b.end();
  await client.channel.until(() => client.finished.size === 2);
});

test("a megabyte goes both ways and is what it was, in frames of at most 1024 bytes", async () => {
  const client = await forward();
  const database = await connectThrough(sandbox, await client.listen());
  const text = Array.from({ length: 50_000 }, (_, n) => `${n} äöü€😀 line`).join("\n");
  expect(Buffer.byteLength(text)).toBeGreaterThan(1024 * 1024);
  const { rows } = await database.query("SELECT $1::text AS back", [text]);
  expect(rows[0].back === text).toBe(true);
  await database.end();
  const sizes = client.channel.frames.map(({ payload }) => payload.length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1024);
  expect(client.channel.frames.every(({ digestHolds }) => digestHolds)).toBe(true);
});

test("what a client does not acknowledge, the agent does not read without bound", async () => {
  const client = await forward();
  const database = await connectThrough(sandbox, await client.listen());
  client.channel.acknowledges = false;
  const reading = database.query("SELECT repeat(md5(n::text), 32) AS line FROM generate_series(1, 30000) AS n");
  const count = (): number => new Set(client.channel.frames.map(({ sequence }) => sequence)).size;
  let before = -1;
  await client.channel.until(() => {
    const same = count() === before && before > 3000;
    before = count();
    return same;
  }, 20_000);
  expect(before).toBeLessThan(5000);
  client.channel.acknowledges = true;
  client.channel.acknowledgeAll();
  expect((await reading).rows).toHaveLength(30_000);
  await database.end();
});

test("what a busy database does not read at once arrives whole when it does", async () => {
  const client = await forward();
  const port = await client.listen();
  const [busy, other] = [await connectThrough(sandbox, port), await connectThrough(sandbox, port)];
  const asleep = busy.query("SELECT pg_sleep(1)");
  const text = "x".repeat(12 * 1024 * 1024);
  const writing = busy.query("SELECT length($1::text) AS n", [text]);
  await asleep;
  expect((await writing).rows).toEqual([{ n: text.length }]);
  expect((await other.query("SELECT 3 AS three")).rows).toEqual([{ three: 3 }]);
  await Promise.all([busy.end(), other.end()]);
});

test("the container's own port is reached by the document that names no host", async () => {
  const port = await (await forward({ port: 8080 })).listen();
  const response = await fetch(`http://127.0.0.1:${port}/health`);
  expect(response.status).toBe(200);
});

test("a database is reached by its port of this machine as well", async () => {
  const { port } = new URL(sandbox.databaseUrl);
  const here = await (await forward({ host: "127.0.0.1", port: Number(port) })).listen();
  expect(await askThrough(sandbox, here, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

test.each([
  ["a port of the database's name where nothing listens", { ...DATABASE, port: 5433 }],
  ["a host of elsewhere", { host: "db.example.com", port: 5432 }],
  ["an address of elsewhere", { host: "169.254.169.254", port: 80 }],
  ["an instance that there is not", { host: "no-such.c1x2y3.eu-west-1.rds.amazonaws.com", port: 5432 }],
  ["a port of the container where nothing listens", { port: 8081 }],
])("%s: ConnectToPortError, and the stream is closed; the session stays", async (_, to) => {
  const client = await forward(to);
  await client.ready;
  const stream = client.openStream();
  await client.channel.until(() => client.finished.has(stream));
  expect(flags(client)).toEqual([3]);
  const again = client.openStream();
  await client.channel.until(() => client.finished.has(again));
  expect(flags(client)).toEqual([3, 3]);
});

test("no port of this machine that is not the sandbox's own is reached, nor the sandbox's endpoint", async () => {
  let met = 0;
  const server = createServer((socket) => {
    met++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const foreign = (server.address() as { port: number }).port;
  for (const port of [foreign, Number(new URL(sandbox.endpoint).port)]) {
    for (const to of [{ host: "127.0.0.1", port }, { host: "localhost", port }, { ...DATABASE, port }, { port }]) {
      const client = await forward(to);
      await client.ready;
      const stream = client.openStream();
      await client.channel.until(() => client.finished.has(stream));
      expect(flags(client)).toEqual([3]);
    }
  }
  expect(met).toBe(0);
  server.close();
});

test("the flag TerminateSession ends the session with its connections", async () => {
  const client = await forward();
  const database = await connectThrough(sandbox, await client.listen());
  expect(await sessionsThrough(sandbox)).toBe(1);
  client.flag(2);
  expect(await client.channel.closed).toBe("");
  await expect.poll(() => sessionsThrough(sandbox)).toBe(0);
  await expect(database.query("SELECT 1")).rejects.toThrow();
  expect(sandbox.state().sessions.at(-1)).toMatchObject({
    command: `AWS-StartPortForwardingSessionToRemoteHost ${DATABASE.host}:5432`,
    state: "closed",
  });
});

test("so does the operation, and then there is no way back", async () => {
  const client = await forward();
  await connectThrough(sandbox, await client.listen());
  const { SessionId } = client.session;
  expect(await callSsm(sandbox, "TerminateSession", { SessionId })).toEqual({ SessionId });
  expect(await client.channel.closed).toBe("");
  await expect.poll(() => sessionsThrough(sandbox)).toBe(0);
  expect((await callSsm(sandbox, "ResumeSession", { SessionId })).TokenValue).toBe("");
});

test("what is no smux ends the session", async () => {
  const client = await forward();
  await client.ready;
  client.mux(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
  expect(await client.channel.closed).toBe("");
});

test("keep-alive frames and frames of no stream have no effect", async () => {
  const client = await forward();
  const port = await client.listen();
  client.mux(muxFrame(MUX.nop, 0));
  client.mux(muxFrame(MUX.psh, 77, Buffer.from("lost")));
  client.mux(muxFrame(MUX.fin, 77));
  expect(await askThrough(sandbox, port, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  expect(client.finished.has(77)).toBe(false);
});

test("a stopped task takes the tunnel along, and the client is told nothing", async () => {
  const client = await forward();
  await connectThrough(sandbox, await client.listen());
  const { id, task } = sandbox.state().sessions.at(-1) ?? {};
  await aws.ecs.send(new StopTaskCommand({ cluster: SERVICE.cluster, task }));
  const state = (): string | undefined => sandbox.state().sessions.find((one) => one.id === id)?.state;
  await expect.poll(state).toBe("ended");
  await expect.poll(() => sessionsThrough(sandbox)).toBe(0);
  const before = client.channel.frames.length;
  client.openStream();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(client.channel.frames).toHaveLength(before);
  expect(client.channel.waiting).toBe(1);
});

test("a reset ends it: nobody knows the session any more", async () => {
  const client = await forward({ port: 8080 });
  await client.ready;
  await sandbox.reset("healthy");
  expect(sandbox.state().sessions).toEqual([]);
  const { SessionId } = client.session;
  expect(await callSsm(sandbox, "ResumeSession", { SessionId })).toMatchObject({ __type: "DoesNotExistException" });
});
