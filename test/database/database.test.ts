import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatabase } from "../../src/database/database.ts";
import { openSession } from "../../src/database/session.ts";
import type { Database } from "../../src/domain/database/database.ts";
import type { LockedSession } from "../../src/domain/database/locks.ts";
import type { OpsError } from "../../src/domain/error.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { SOON_MS } from "../support/soon.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy", speed: 60 });
});
afterAll(() => sandbox.stop());

async function on<T>(work: (database: Database) => Promise<T>, url = sandbox.databaseUrl): Promise<T> {
  const database = createDatabase(url);
  return work(database).finally(() => database.close());
}

async function as<T>(work: (client: pg.Client) => Promise<T>, application_name = "a test"): Promise<T> {
  const client = new pg.Client({ connectionString: sandbox.databaseUrl, application_name });
  await client.connect();
  return work(client).finally(() => client.end());
}

function changed(change: (url: URL) => void): string {
  const url = new URL(sandbox.databaseUrl);
  change(url);
  return url.href;
}

const refusal = (url: string): Promise<OpsError> =>
  on((database) => database.migrations(), url).then(
    () => {
      throw new Error("it answered");
    },
    (error: OpsError) => error,
  );

describe("the list by SQL", () => {
  it("is that of the table", async () => {
    const list = await on((database) => database.migrations());
    expect(list.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(list.at(-1)).toMatchObject({ description: "Add licences.seats column" });
    expect(Date.parse(list.at(-1)?.appliedAt ?? "")).toBeLessThan(sandbox.now());
    expect(list.every(({ durationMs = 0, isZoneAssumed }) => durationMs > 0 && isZoneAssumed === undefined)).toBe(true);
  });

  it("needs only a column version, and says where a time names no zone", async () => {
    await as(async (client) => {
      await client.query("CREATE SCHEMA other");
      await client.query("CREATE TABLE other.migrations AS SELECT version, applied_at::timestamp FROM migrations");
    });
    const url = changed(({ searchParams }) => searchParams.set("options", "-c search_path=other"));
    const list = await on((database) => database.migrations(), url);
    expect(list).toHaveLength(7);
    expect(list[0]).toMatchObject({ version: 1, description: "", isZoneAssumed: true });
    await as((client) => client.query("ALTER TABLE other.migrations RENAME version TO id"));
    expect((await refusal(url)).message).toContain("not Vulcan's");
    await as((client) => client.query("DROP SCHEMA other CASCADE"));
  });
});

describe("a session", () => {
  it("writes nothing, names itself, and gives up soon, whatever the URL says", async () => {
    const loose = "-c statement_timeout=0 -c default_transaction_read_only=off";
    const url = changed(({ searchParams }) => {
      searchParams.set("options", loose);
      searchParams.set("application_name", "somebody");
    });
    const session = await openSession(url);
    const shown = await session.rows(`SELECT current_setting('transaction_read_only') AS read_only,
      current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
      current_setting('application_name') AS name`);
    expect(shown).toEqual([{ read_only: "on", statement: "2s", lock: "500ms", name: "vulcan-ops" }]);
    await expect(session.rows("DELETE FROM migrations")).rejects.toThrow("read-only transaction");
    await expect(session.rows("SELECT pg_sleep(10)")).rejects.toThrow("took longer than 2 s");
    session.close();
  });

  it("is gone from the server when it is closed", async () => {
    await on((database) => database.migrations());
    const sql = "SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'vulcan-ops'";
    await expect.poll(() => as(async (client) => (await client.query(sql)).rows[0].count)).toBe(0);
  });
});

describe("what cannot be read says why, and never the password", () => {
  it.each<[string, (url: URL) => void, RegExp, number]>([
    [
      "a wrong password",
      (url) => void Object.assign(url, { password: "s3cret" }),
      /refused the user or the password/,
      4,
    ],
    ["no password", (url) => void Object.assign(url, { password: "" }), /refused the user or the password/, 4],
    ["a user that is not there", (url) => void Object.assign(url, { username: "nobody" }), /refused the user/, 4],
    ["another database", (url) => void Object.assign(url, { pathname: "/else" }), /"else" does not exist/, 1],
    [
      "a database without the table",
      (url) => void Object.assign(url, { pathname: "/postgres" }),
      /has no table migr/,
      1,
    ],
    ["nobody there", (url) => void Object.assign(url, { port: "1" }), /cannot be reached \(ECONNREFUSED\)/, 1],
    ["a name that is none", (url) => void Object.assign(url, { hostname: "no.invalid" }), /cannot be reached|2 s/, 1],
    ["TLS asked of a plain server", (url) => url.searchParams.set("sslmode", "require"), /does not do TLS/, 1],
    [
      "a certificate that is not there",
      (url) => {
        url.searchParams.set("sslmode", "verify-full");
        url.searchParams.set("sslrootcert", "/nowhere/ca.pem");
      },
      /certificate file that VULCAN_DATABASE_URL names is not there/,
      1,
    ],
  ])("%s", async (_name, change, expected, exitCode) => {
    const error = await refusal(changed(change));
    expect(error.message).toMatch(expected);
    expect(error.exitCode).toBe(exitCode);
    expect(JSON.stringify(error.detail)).not.toContain("s3cret");
    expect(JSON.stringify(error.detail)).not.toContain(new URL(sandbox.databaseUrl).password);
  });

  it("a server that accepts and never answers is given up after 2 s", async () => {
    const deaf: Server = createServer((socket) => socket.on("error", () => {}));
    await new Promise<void>((resolve) => deaf.listen(0, "127.0.0.1", resolve));
    const begun = performance.now();
    const { message } = await refusal(`postgres://a:b@127.0.0.1:${(deaf.address() as AddressInfo).port}/c`);
    expect(message).toContain("did not answer within 2 s");
    expect(performance.now() - begun).toBeLessThan(SOON_MS);
    deaf.close();
  });

  it("a role that may not read the table is refused it by name", async () => {
    await as((client) => client.query("CREATE ROLE blind LOGIN PASSWORD 'x'"));
    const url = changed((one) => void Object.assign(one, { username: "blind", password: "x" }));
    const error = await refusal(url);
    expect(error.message).toContain("permission denied for table migrations");
    expect(error.exitCode).toBe(4);
    await as((client) => client.query("DROP ROLE blind"));
  });
});

const blockers = () => on((database) => database.lockHolders());
const brief = ({ application, isMigrating, waitsFor }: LockedSession) => [application, isMigrating, waitsFor?.on];

describe("who blocks", () => {
  it("is nobody in a healthy world, readers of the table included", async () => {
    await sandbox.reset("healthy");
    await as(async (client) => {
      await client.query("BEGIN; SELECT * FROM migrations");
      expect(await blockers()).toEqual([]);
    });
  });

  it("is whoever has the table itself, and then the list says that it is locked", async () => {
    await as(async (client) => {
      await client.query("BEGIN; LOCK TABLE migrations IN ACCESS EXCLUSIVE MODE");
      expect((await blockers()).map(brief)).toEqual([["somebody's psql", true, undefined]]);
      const error = await refusal(sandbox.databaseUrl);
      expect(error.detail.code).toBe("table-locked");
    }, "somebody's psql");
  });

  it("hides from a plain user since when, and not the name", async () => {
    await as((client) => client.query("CREATE ROLE plain LOGIN PASSWORD 'x'"));
    const url = changed((one) => void Object.assign(one, { username: "plain", password: "x" }));
    await as(async (client) => {
      await client.query("SELECT pg_advisory_lock(42)");
      const [found] = await on((database) => database.lockHolders(), url);
      expect(found).toMatchObject({ application: "a batch job", holds: [{ on: "advisory lock 42" }] });
      expect(found).not.toHaveProperty("seconds");
    }, "a batch job");
    await as((client) => client.query("DROP ROLE plain"));
  });

  it.each<[string, string | undefined, string, unknown[]]>([
    ["of another key", undefined, "SELECT pg_advisory_lock(770, 1)", [[false, true]]],
    ["of Vulcan's own", undefined, "SELECT pg_advisory_lock(7233001)", [[true, undefined]]],
    ["of the configured key", "770,1", "SELECT pg_advisory_lock(770, 1)", [[true, undefined]]],
    ["of the configured key, negative", "-3, -1", "SELECT pg_advisory_lock(-3, -1)", [[true, undefined]]],
    [
      "of Vulcan's usual key where another one is configured",
      "770,1",
      "SELECT pg_advisory_lock(7233001)",
      [[false, true]],
    ],
    [
      "of any key, beside the table",
      undefined,
      "BEGIN; SELECT pg_advisory_lock(9); LOCK TABLE migrations IN ROW EXCLUSIVE MODE",
      [[true, undefined]],
    ],
    [
      "of any key, beside a change of the schema",
      undefined,
      "BEGIN; SELECT pg_advisory_lock(9); ALTER TABLE tenants ADD COLUMN later int",
      [[true, undefined]],
    ],
    [
      "of any key, beside rows that are read and written",
      undefined,
      "BEGIN; SELECT pg_advisory_lock(9); UPDATE tenants SET name = name",
      [[false, true]],
    ],
    [
      "that is none, but a vacuum's lock on the table",
      undefined,
      "BEGIN; LOCK TABLE migrations IN SHARE UPDATE EXCLUSIVE MODE",
      [],
    ],
  ])("tells a migration's advisory lock from another one: %s", async (_name, key, statement, expected) => {
    await sandbox.reset("healthy");
    await as(async (client) => {
      await client.query(statement);
      const database = createDatabase(sandbox.databaseUrl, undefined, key);
      const found = await database.lockHolders().finally(() => database.close());
      expect(found.map(({ isMigrating, isOtherLock }) => [isMigrating, isOtherLock])).toEqual(expected);
      await client.query("SELECT pg_advisory_unlock_all()");
    }, "good_job");
  });

  it.each(["migration-lock", "slow-migration"])(
    "%s: the report by its name, before Vulcan's migration",
    async (name) => {
      await sandbox.reset(name);
      await as((client) => client.query("ANALYZE documents").then(() => undefined), "autovacuum");
      const waitsFor = async () => (await blockers()).find(({ isMigrating }) => isMigrating)?.waitsFor?.on;
      await expect.poll(waitsFor).toBe("documents");
      const found = await blockers();
      const report = found.find(({ application }) => application === "quarterly-report");
      const migration = found.find(({ isMigrating }) => isMigrating);
      expect(report).toMatchObject({ state: "idle in transaction", isMigrating: false });
      expect(report?.holds.map((lock) => lock.on)).toContain("documents");
      expect(migration).toMatchObject({
        application: "vulcan",
        waitsFor: { on: "documents", mode: "AccessExclusiveLock", rows: expect.any(Number) },
        behind: [report?.pid],
      });
      expect(migration?.holds.map((lock) => lock.on)).toContain("advisory lock 7233001");
    },
  );
});
