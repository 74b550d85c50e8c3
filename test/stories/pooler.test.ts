import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatabase } from "../../src/database/database.ts";
import { type Pooler, startPooler } from "../support/pooler.ts";
import { type Outcome, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
let pooler: Pooler;
/** The service, which has sessions by the same pooler. */
let service: pg.Client;
let settings: unknown;
beforeAll(async () => {
  rig = await openRig("healthy", 60);
  pooler = await startPooler(rig.sandbox.databaseUrl);
  service = new pg.Client({ connectionString: pooler.url });
  await service.connect();
  await service.query("CREATE TABLE written (n int)");
  settings = await sessionState();
});
afterAll(async () => {
  await service.end();
  await pooler.stop();
  await rig.close();
});

/** All that a session can keep beyond a transaction. */
async function sessionState(): Promise<unknown> {
  const { rows } = await service.query(`
    SELECT (SELECT jsonb_object_agg(name, setting) FROM pg_settings) AS settings,
      (SELECT count(*)::int FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory') AS locks,
      (SELECT count(*)::int FROM pg_prepared_statements WHERE name <> '') AS prepared,
      (SELECT count(*)::int FROM pg_cursors WHERE is_holdable) AS cursors,
      (SELECT count(*)::int FROM pg_listening_channels()) AS channels`);
  return rows[0];
}

/** What an operator's URL may ask for. */
function url(): string {
  const asked = new URL(pooler.url);
  asked.searchParams.set("options", "-c search_path=pg_catalog,public -cwork_mem=1MB --lock-timeout=9");
  asked.searchParams.set("application_name", "an operator");
  asked.searchParams.set("statement_timeout", "1234");
  return asked.href;
}

const run = (line: string): Promise<Outcome> =>
  vulcanOps(line.split(" "), { env: { VULCAN_DATABASE_URL: url(), XDG_STATE_HOME: rig.stateDir }, columns: 400 });

describe("through a pooler that lends the service's own session", () => {
  it.each([
    "migrate status --from sql",
    "migrate down 1 --dry-run",
    "restore --latest --dry-run",
    "maintenance --to 42 --dry-run",
    "plan --all --dry-run=read",
    "watch --for 5m",
    "doctor",
  ])("%s leaves that session as it was, and the service writes", async (line) => {
    const before = pooler.startups.length;
    await run(line);
    expect(pooler.startups.length).toBeGreaterThan(before);
    for (const { user, database, client_encoding, ...others } of pooler.startups.slice(before)) {
      expect([user, database, client_encoding]).toEqual(["vulcan", "vulcan", "UTF8"]);
      expect(others).toEqual({});
    }
    expect(await sessionState()).toEqual(settings);
    await service.query("INSERT INTO written VALUES (1)");
  });

  it("is told where the database is named", async () => {
    const { code, stdout } = await run("migrate status --from sql");
    expect(code).toBe(0);
    expect(stdout).toMatch(/Read by +SQL, vulcan@127\.0\.0\.1:\d+\/vulcan, through a pooler\n/);
  });

  it.each([
    "migrate down 1 --dry-run --verbose",
    "restore --latest --dry-run --verbose",
    "maintenance --to 42 --dry-run --verbose",
    "doctor",
  ])("is told by %s", async (line) => {
    expect((await run(line)).stdout).toMatch(/SQL is asked at 127\.0\.0\.1:\d+\/vulcan, through a pooler: not proven/);
  });

  it("no lock of operators is taken, since it would stay in a session of the service", async () => {
    const database = createDatabase(url());
    await expect(database.holdMigrationLock()).rejects.toThrow(
      "leads through a pooler, which lends the service's sessions",
    );
    await database.close();
    expect(await sessionState()).toEqual(settings);
  });

  it("who is connected is not told: the session that is lent may be the service's only one", async () => {
    const database = createDatabase(url());
    await expect(database.traffic()).rejects.toThrow("leads through a pooler");
    await database.close();
  });

  it("a lock that the service has left in that session is seen", async () => {
    await service.query("SELECT pg_advisory_lock(7233001)");
    const database = createDatabase(url());
    expect(await database.lockHolders()).toMatchObject([
      { holds: [{ on: "advisory lock 7233001" }], isMigrating: true },
    ]);
    await database.close();
    await service.query("SELECT pg_advisory_unlock(7233001)");
  });
});
