import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sandbox, scenarios, startSandbox } from "../../src/sandbox/index.ts";
import type { Image } from "../../src/sandbox/vulcan/image.ts";
import { VulcanProcess } from "../../src/sandbox/vulcan/process.ts";
import { ask } from "./load.ts";
import { clients, deploy, isCompleted, serviceState, until } from "./support.ts";

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy", speed: 300 });
});
afterAll(() => sandbox.stop());

async function query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
  const client = new pg.Client(sandbox.databaseUrl);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

function launch(image: Partial<Image>): VulcanProcess {
  const { hostname, port, username, password, pathname } = new URL(sandbox.databaseUrl);
  const database = { host: hostname, port: Number(port), user: username, password, database: pathname.slice(1) };
  const whole: Image = {
    ref: "vulcan:x",
    digest: "sha256:0",
    version: "x",
    migrations: 8,
    behaviour: { kind: "healthy" },
    ...image,
  };
  return new VulcanProcess({
    image: whole,
    revision: "vulcan:1",
    taskId: "t",
    database: () => database,
    adminToken: "t",
    now: () => sandbox.now(),
  });
}

test("three tasks that start together on an unmigrated schema apply each migration once", async () => {
  await sandbox.reset("healthy");
  await query("DROP TABLE migrations");
  const processes = [launch({}), launch({}), launch({})];
  await Promise.all(processes.map(({ started }) => started));
  const rows = await query<{ version: number }>("SELECT version FROM migrations ORDER BY version");
  expect(rows.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  const applied = processes.flatMap(({ log }) => log.filter((line) => line.startsWith("INF Migration applied")));
  expect(applied).toHaveLength(8);
  await Promise.all(processes.map((process) => process.terminate(1000)));
});

test("the start-up log reads as documented", async () => {
  await sandbox.reset("healthy");
  await query("DELETE FROM migrations WHERE version = 1");
  const process = launch({ migrations: 1 });
  await process.started;
  expect(process.log.slice(0, 6).map((line) => line.replace(/\d+ms/, "45ms"))).toEqual([
    "INF connecting to postgres...",
    "INF postgres connected successfully",
    "INF running database migrations...",
    'INF Applying migration version=1 description="Add relay_tokens table"',
    "INF Migration applied version=1 duration=45ms",
    "INF migrations complete",
  ]);
  expect(await process.terminate(1000)).toBe(0);
});

test("a migration that fails is rolled back whole and ends the process", async () => {
  await sandbox.reset("healthy");
  await query("ALTER TABLE documents RENAME TO papers");
  const process = launch({ migrations: 8 });
  expect(await process.exited).toMatchObject({ code: 1 });
  expect(process.passesHealthCheck()).toBe(false);
  expect(await query("SELECT version FROM migrations WHERE version = 8")).toEqual([]);
});

test("where migration 7 commits and 8 fails, 7 stays", async () => {
  await sandbox.reset("healthy");
  await query("DELETE FROM migrations WHERE version = 7");
  const broken = { version: 8, description: "Add documents.checksum column", up: "SELECT 1 / 0", down: "" };
  const process = launch({ traits: { ownMigration: broken } });
  expect(await process.exited).toMatchObject({ code: 1 });
  expect(process.log.filter((line) => /^(INF Migration applied|ERR Migration failed)/.test(line))).toEqual([
    expect.stringContaining("version=7"),
    expect.stringMatching(/version=8 .*division by zero/),
  ]);
  expect(await query("SELECT version FROM migrations WHERE version >= 7")).toEqual([{ version: 7 }]);
});

test("a release brings its migration when it is deployed, at virtual time", async () => {
  await sandbox.reset("healthy");
  const begun = sandbox.now();
  await deploy(clients(sandbox).ecs, 43);
  await until(sandbox, (now) => isCompleted(now) && now.taskDefinition === "vulcan-prod:43");
  expect((await fetch(`${sandbox.loadBalancer}/beats/1`, { method: "POST" })).status).toBe(500);
  const url = `${sandbox.loadBalancer}/api/v1/admin/migrations`;
  expect((await ask(url)).status).toBe(401);
  const answer = await fetch(url, { headers: { authorization: `Bearer ${sandbox.env.VULCAN_ADMIN_TOKEN}` } });
  const listed = (await answer.json()) as { version: number; description: string; applied_at: string }[];
  expect(listed.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  const last = listed.at(-1);
  expect(last?.description).toBe("Add documents.checksum column");
  expect(Date.parse(last?.applied_at ?? "")).toBeGreaterThan(begun);
  expect(Date.parse(last?.applied_at ?? "")).toBeLessThanOrEqual(sandbox.now());
});

/** Those in which nobody serves are looked at in scenarios.test.ts, and the one without a load balancer in its stories. */
const OTHERS = ["breaker-no-target", "empty", "log-router"];
const SERVING = scenarios()
  .map(({ name }) => name)
  .filter((name) => !OTHERS.includes(name));

test.each(SERVING)("%s: at time zero its tasks run, and the healthy ones serve", async (name) => {
  await sandbox.reset(name);
  const service = serviceState(sandbox);
  const running = service.tasks.filter(({ lastStatus }) => lastStatus === "RUNNING");
  expect(running.filter(({ targetState }) => targetState === "healthy")).toHaveLength(service.desired);
  for (const task of running) expect(task.log).toContain("INF migrations complete");
  const { status } = await ask(`${sandbox.loadBalancer}/health`);
  expect(status).toBe(200);
  const tables = await query<{ name: string }>("SELECT relname AS name FROM pg_stat_user_tables");
  for (const table of ["tenants", "assets", "findings", "credentials", "audit_log", "documents", "jobs", "licences"]) {
    expect(tables.map((row) => row.name)).toContain(table);
  }
});

test("those that run at time zero had their migration lock before, however slow this machine is beside the world", async () => {
  const fast = await startSandbox({ scenario: "migration-lock", speed: 30_000 });
  const served = serviceState(fast).tasks.filter(({ targetState }) => targetState === "healthy");
  await fast.stop();
  expect(served).toHaveLength(3);
});

test("bad-but-healthy fails a share of its requests while every check passes", async () => {
  await sandbox.reset("bad-but-healthy");
  const answers = await Promise.all(Array.from({ length: 30 }, () => ask(sandbox.loadBalancer)));
  const failed = answers.filter(({ status }) => status === 500);
  expect(failed.length).toBeGreaterThan(5);
  expect(failed.length).toBeLessThan(15);
});

test("the same seed gives the same world", async () => {
  await sandbox.reset("bad-release");
  const ids = () =>
    serviceState(sandbox)
      .tasks.map(({ id }) => id)
      .slice(0, 12);
  const first = ids();
  await sandbox.reset("bad-release");
  expect(ids()).toEqual(first);
});

test("a reset gives the rows back, whatever was done to them, and cuts the sessions of the old world", async () => {
  await sandbox.reset("healthy");
  const client = new pg.Client(sandbox.databaseUrl);
  const cut = new Promise((resolve) => client.on("error", resolve));
  await client.connect();
  await client.query("DELETE FROM findings; DROP TABLE licences; UPDATE migrations SET duration_ms = 99999");
  await sandbox.reset("healthy");
  await cut;
  const [row] = await query<{ findings: string; licences: string; slow: string }>(
    `SELECT (SELECT count(*) FROM findings) AS findings, (SELECT count(*) FROM licences) AS licences,
            (SELECT count(*) FROM migrations WHERE duration_ms = 99999) AS slow`,
  );
  expect(row).toEqual({ findings: "12", licences: "3", slow: "0" });
});
