import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { attach } from "./channel-client.ts";
import { callSsm } from "./ssm-client.ts";
import { type Clients, clients, deploy, isCompleted, until } from "./support.ts";

let sandbox: Sandbox;
let aws: Clients;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "bad-but-healthy", speed: 60 });
  aws = clients(sandbox);
});
afterAll(() => sandbox.stop());
beforeEach(() => sandbox.reset("bad-but-healthy"));

async function connect(url = sandbox.databaseUrl): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  return client;
}

async function query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
  const client = await connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

const versions = async (): Promise<number[]> =>
  (await query<{ version: number }>("SELECT version FROM migrations ORDER BY version")).map(({ version }) => version);

const hasColumn = async (table: string, column: string): Promise<boolean> =>
  (
    await query(
      `SELECT FROM information_schema.columns WHERE table_name = '${table}' AND column_name = '${column}' AND table_schema = 'public'`,
    )
  ).length === 1;

const run = async (command: string): Promise<{ text: string; code: number | undefined }> => {
  const client = await attach(aws, sandbox, command);
  await client.closed;
  return { text: client.text.replaceAll("\r\n", "\n"), code: sandbox.state().sessions.at(-1)?.exitCode };
};

test("vulcan migrate down 2 runs the Down of the two newest on the real tables", async () => {
  expect(await versions()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  const { text, code } = await run("vulcan migrate down 2");
  expect(text.replace(/\d+ms/g, "5ms")).toBe(
    `INF connecting to postgres...
INF postgres connected successfully
INF rolling back database migrations... count=2
INF Rolling back migration version=8 description="Add documents.checksum column"
INF Migration rolled back version=8 duration=5ms
INF Rolling back migration version=7 description="Add licences.seats column"
INF Migration rolled back version=7 duration=5ms
INF rollback complete
`,
  );
  expect(code).toBe(0);
  expect(await versions()).toEqual([1, 2, 3, 4, 5, 6]);
  expect([await hasColumn("documents", "checksum"), await hasColumn("licences", "seats")]).toEqual([false, false]);
});

test("typed into the documented shell, it does the same", async () => {
  const client = await attach(aws, sandbox, "/bin/sh");
  client.type("vulcan migrate down 1; echo code=$?\n");
  await client.until(() => client.text.includes("\r\ncode=0\r\n"));
  client.type("exit\n");
  await client.closed;
  expect(await versions()).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test("an image has no Down for migrations that came after it", async () => {
  await sandbox.reset("healthy");
  await query("INSERT INTO migrations VALUES (8, 'Add documents.checksum column', now(), 3)");
  const { text, code } = await run("vulcan migrate down 2");
  expect(text).toContain("ERR migration version=8 is not known to this build\n");
  expect(code).toBe(1);
  expect((await versions()).at(-1)).toBe(8);
});

test("a Down that fails is rolled back whole; what was rolled back before stays so", async () => {
  await query("CREATE VIEW seats AS SELECT seats FROM licences");
  const { text, code } = await run("vulcan migrate down 2");
  expect(text).toContain("ERR Rollback failed version=7");
  expect(code).toBe(1);
  expect(await versions()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(await hasColumn("licences", "seats")).toBe(true);
});

test.each([
  ["vulcan serve", 1, "ERR listen tcp :8080: bind: address already in use\n"],
  ["vulcan migrate down", 2, "usage: vulcan serve | vulcan migrate down N\n"],
  ["vulcan migrate status", 2, "usage: vulcan serve | vulcan migrate down N\n"],
  ["vulcan migrate up", 2, "usage: vulcan serve | vulcan migrate down N\n"],
])("%s ends with %i", async (command, code, text) => {
  expect(await run(command)).toEqual({ text, code });
});

const sessions = async (): Promise<number> =>
  (await query("SELECT FROM pg_stat_activity WHERE query LIKE 'ALTER TABLE documents%' AND state <> 'idle'")).length;

/** Starts a Down that waits for a lock somebody holds, and ends its session. */
async function killInTheMiddle(): Promise<pg.Client> {
  const holder = await connect();
  await holder.query("BEGIN; LOCK TABLE documents IN ACCESS SHARE MODE");
  const client = await attach(aws, sandbox, "vulcan migrate down 1");
  await client.until(() => client.text.includes("Rolling back migration version=8"));
  await expect.poll(sessions).toBe(1);
  await callSsm(sandbox, "TerminateSession", { SessionId: client.session.sessionId });
  await client.closed;
  return holder;
}

test("killed in the middle, its transaction is taken back", async () => {
  const holder = await killInTheMiddle();
  await expect.poll(sessions).toBe(0);
  await holder.query("COMMIT");
  await holder.end();
  expect((await versions()).at(-1)).toBe(8);
});

test("where the scenario lets the session live on, a killed migration finishes; status and up can be switched on", async () => {
  const other = await startSandbox({
    scenario: "bad-but-healthy",
    speed: 60,
    vulcan: { killedMigrationLivesOn: true, migrateStatus: true, migrateUp: true },
  });
  const before = [sandbox, aws] as const;
  [sandbox, aws] = [other, clients(other)];
  try {
    const holder = await killInTheMiddle();
    await holder.query("COMMIT");
    await holder.end();
    await expect.poll(versions).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const pending = await run("vulcan migrate status");
    expect(pending).toMatchObject({ code: 0 });
    expect(pending.text).toMatch(/version=7 applied_at=\S+ description="Add licences.seats column"\n1 pending\n$/);
    expect((await run("vulcan migrate up")).text).toContain("INF Migration applied version=8");
    expect((await versions()).at(-1)).toBe(8);
  } finally {
    [sandbox, aws] = before;
    await other.stop();
  }
});

test("whether an older image starts on a newer schema is a property of the scenario", async () => {
  const strict = await startSandbox({
    scenario: "bad-but-healthy",
    speed: 300,
    vulcan: { refusesNewerSchema: true },
  });
  try {
    await deploy(clients(strict).ecs, 42);
    const refused = await until(strict, ({ tasks }) =>
      tasks.some(({ log }) => log.at(-1) === "ERR database schema version=8 is newer than this build knows: 7"),
    );
    const serving = refused.tasks.filter((task) => task.taskDefinition === "vulcan-prod:43");
    expect(serving.map(({ lastStatus }) => lastStatus)).toEqual(["RUNNING", "RUNNING", "RUNNING"]);
  } finally {
    await strict.stop();
  }
  await deploy(aws.ecs, 42);
  await until(sandbox, (now) => isCompleted(now) && now.taskDefinition === "vulcan-prod:42");
});
