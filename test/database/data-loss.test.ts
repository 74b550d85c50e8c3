import { createHash } from "node:crypto";
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { measureDataLoss } from "../../src/database/data-loss.ts";
import { createDatabase } from "../../src/database/database.ts";
import { LOCK_KEY } from "../../src/database/migrations.ts";
import { openSession, type Session } from "../../src/database/session.ts";
import type { Database } from "../../src/domain/database/database.ts";
import { nameOf, objectsCreatedBy, type SchemaObject } from "../../src/domain/migrations/schema-object.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { MIGRATIONS } from "../../src/sandbox/vulcan/migrations.ts";
import { downEffectsOf } from "../../src/vulcan/source/down-effects.ts";
import { SOON_MS } from "../support/soon.ts";

let sandbox: Sandbox;
let owner: pg.Client;
beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy", speed: 60 });
  owner = new pg.Client({ connectionString: sandbox.databaseUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await sandbox.stop();
});

const table = (name: string): SchemaObject => ({ kind: "table", table: name });
const column = (of: string, name: string): SchemaObject => ({ kind: "column", table: of, column: name });
const index = (name: string): SchemaObject => ({ kind: "index", index: name });

async function on<T>(work: (database: Database) => Promise<T>, change: (url: URL) => void = () => {}): Promise<T> {
  const url = new URL(sandbox.databaseUrl);
  change(url);
  const database = createDatabase(url.href);
  return work(database).finally(() => database.close());
}

async function inSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
  const session = await openSession(sandbox.databaseUrl);
  return work(session).finally(() => session.close());
}

/** While another session has the tables for itself. */
async function whileLocked<T>(tables: string, work: () => Promise<T>): Promise<T> {
  await owner.query(`BEGIN; LOCK TABLE ${tables} IN ACCESS EXCLUSIVE MODE`);
  return work().finally(() => owner.query("ROLLBACK"));
}

/** Only the rows and whether they were counted. */
const rowsOf = async (...objects: SchemaObject[]) =>
  (await on((database) => database.measureDataLoss(objects))).map(({ rows, isExact }) => [rows, isExact]);

describe("what is at stake", () => {
  it("is what the sandbox's Downs destroy: rows, the values that are not null, and the bytes of both", async () => {
    const objects = [table("relay_tokens"), column("licences", "seats"), index("idx_audit_log_tenant")];
    const [tokens, seats, tenants] = await on((database) => database.measureDataLoss(objects));
    expect(tokens).toMatchObject({ object: objects[0], present: true, rows: 3, isExact: true });
    expect(tokens?.bytes).toBeGreaterThanOrEqual(2 * 8192);
    expect(seats).toEqual({ object: objects[1], present: true, rows: 2, isExact: true, bytes: 8 });
    expect(tenants).toEqual({ object: objects[2], present: true, bytes: 16_384 });
  });

  it("says of what is not there only that; of a table that is empty, that it holds nothing", async () => {
    await owner.query("CREATE TABLE hollow (note text)");
    const absent = [table("nothing"), column("licences", "nothing"), index("nothing"), column("nothing", "x")];
    const stakes = await on((database) => database.measureDataLoss([...absent, table("idx_audit_log_tenant")]));
    for (const stake of stakes) expect(stake).toEqual({ object: stake.object, present: false });
    expect(await rowsOf(table("hollow"), column("hollow", "note"))).toEqual([
      [0, true],
      [0, true],
    ]);
    expect(await on((database) => database.measureDataLoss([]))).toEqual([]);
  });

  it("is looked for where the session's search_path says, or in the schema that is named", async () => {
    await owner.query("CREATE SCHEMA shadow; CREATE TABLE shadow.licences AS SELECT 1 AS seats FROM licences, users");
    const asked = [table("licences"), table("public.licences"), table("shadow.licences"), table("nowhere.licences")];
    const path = (url: URL) => url.searchParams.set("options", "-c search_path=shadow,public");
    const counts = async (change?: (url: URL) => void) =>
      (await on((database) => database.measureDataLoss(asked), change)).map(({ rows }) => rows);
    expect(await counts()).toEqual([3, 3, 9, undefined]);
    expect(await counts(path)).toEqual([9, 3, 9, undefined]);
  });

  it("of a partitioned table is that of its partitions", async () => {
    await owner.query(`CREATE TABLE events (at int, note text) PARTITION BY RANGE (at);
      CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (100);
      CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (100) TO (300);
      INSERT INTO events SELECT n, 'x' FROM generate_series(1, 250) AS n; CREATE INDEX idx_events ON events (at)`);
    const [events, byTime] = await on((database) => database.measureDataLoss([table("events"), index("idx_events")]));
    expect(events).toMatchObject({ rows: 250, isExact: true });
    expect(events?.bytes).toBeGreaterThanOrEqual(6 * 8192);
    expect(byTime?.bytes).toBeGreaterThanOrEqual(2 * 16_384);
  });

  it("is quoted by the server, whatever a table and a column are called", async () => {
    const name = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
      .filter((text) => !/[.\0\ud800-\udfff]/.test(text) && Buffer.byteLength(text) < 60);
    const names = fc.oneof(fc.constantFrom("user", 'a"b', "x'; --", "A B", "%I", "\\", "ctid1", "one", "$1"), name);
    await fc.assert(
      fc.asyncProperty(names, names, async (one, other) => {
        const [of, has] = [owner.escapeIdentifier(`${one}~`), owner.escapeIdentifier(other)];
        await owner.query(`DROP TABLE IF EXISTS ${of}`);
        await owner.query(`CREATE TABLE ${of} AS SELECT NULLIF(n, 5) AS ${has} FROM generate_series(1, 7) AS n`);
        expect(await rowsOf(table(`${one}~`), column(`${one}~`, other))).toEqual([
          [7, true],
          [6, true],
        ]);
      }),
      { numRuns: 40 },
    );
  });

  it("is found nowhere by a statement that poses as a name", async () => {
    const attack = 'users"; DROP TABLE users; --';
    expect(
      await rowsOf(table(attack), column("users", attack), column(attack, "id"), index(attack), table("")),
    ).toEqual([[], [], [], [], []].map(() => [undefined, undefined]));
  });
});

describe("what cannot be counted", () => {
  it("because of a lock is the estimate, and says so; the others are counted", async () => {
    await owner.query("CREATE TABLE busy AS SELECT n, nullif(n % 4, 0) AS part FROM generate_series(1, 2000) AS n");
    await owner.query("ANALYZE busy");
    const asked = [table("busy"), column("busy", "part"), column("licences", "seats")];
    const begun = performance.now();
    const [busy, part, seats] = await whileLocked("busy", () => on((database) => database.measureDataLoss(asked)));
    const took = performance.now() - begun;
    const why = "another session has it locked";
    expect(busy).toMatchObject({ present: true, rows: 2000, isExact: false, why });
    expect(busy?.bytes).toBeGreaterThan(2000 * 8);
    expect(part).toEqual({ object: asked[1], present: true, rows: 1500, isExact: false, bytes: 6000, why });
    expect(seats).toMatchObject({ rows: 2, isExact: true });
    expect(took).toBeLessThan(SOON_MS);
  });

  it("within 2 s, as the values of a million rows, is the estimate; and the session goes on", async () => {
    await owner.query(`CREATE TABLE large (n int, digest text GENERATED ALWAYS AS (md5(repeat(n::text, 5000))) VIRTUAL);
      INSERT INTO large SELECT n FROM generate_series(1, 1000000) AS n; ANALYZE large (n)`);
    await inSession(async (session) => {
      const [digest] = await measureDataLoss(session, [column("large", "digest")]);
      expect(digest).toMatchObject({ isExact: false, why: "counting it takes longer than 2 s" });
      expect(digest?.rows).toBeCloseTo(1_000_000, -4);
      const state = "SELECT state FROM pg_stat_activity WHERE pid = $1";
      expect((await owner.query(state, [session.processId])).rows).toEqual([{ state: "idle" }]);
      expect(await measureDataLoss(session, [table("large")])).toMatchObject([{ rows: 1_000_000, isExact: true }]);
    });
  });

  it("falls back by a table's count as well, here one that the server lets sleep", async () => {
    await inSession(async (session) => {
      const slow: Session = {
        ...session,
        rows: (sql, values) => session.rows(sql.replace("count(*)::float8", "pg_sleep(3), count(*)::float8"), values),
      };
      await owner.query("ANALYZE licences");
      expect(await measureDataLoss(slow, [table("licences")])).toMatchObject([
        { rows: 3, isExact: false, why: "counting it takes longer than 2 s" },
      ]);
    });
  });

  it("and was never analysed is unknown, rather than nothing", async () => {
    await owner.query("CREATE TABLE fresh (n int) WITH (autovacuum_enabled = off); INSERT INTO fresh VALUES (1)");
    const [fresh] = await whileLocked("fresh", () => on((database) => database.measureDataLoss([table("fresh")])));
    expect(fresh).toEqual({ object: table("fresh"), present: true, why: "another session has it locked" });
  });

  it("because this user may not read it says that, also where a policy would hide rows from the count", async () => {
    await owner.query(`CREATE ROLE narrow LOGIN PASSWORD 'x'; GRANT SELECT ON jobs, licences TO narrow;
      ALTER TABLE jobs ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON jobs USING (tenant_id = 'acme');
      CREATE SCHEMA closed; CREATE TABLE closed.things AS SELECT 1 AS one; ANALYZE jobs, users`);
    const asked = [table("users"), table("jobs"), table("closed.things"), table("licences")];
    const narrow = (url: URL) => void Object.assign(url, { username: "narrow", password: "x" });
    const [users, jobs, things, licences] = await on((database) => database.measureDataLoss(asked), narrow);
    expect(users).toMatchObject({ present: true, rows: 3, isExact: false });
    expect(users?.why).toContain("permission denied for table users");
    expect(jobs).toMatchObject({ rows: 3, isExact: false });
    expect(jobs?.why).toContain("row-level security");
    expect(things?.why).toContain("permission denied for schema closed");
    expect(licences).toMatchObject({ rows: 3, isExact: true });
  });

  it("because the line broke is not believed to be nothing", async () => {
    await inSession(async (session) => {
      const broken: Session = {
        ...session,
        rows: async (sql, values) => {
          if (sql.includes("count(*)")) await session.rows("SELECT pg_terminate_backend(pg_backend_pid())");
          return session.rows(sql, values);
        },
      };
      const [users] = await measureDataLoss(broken, [table("users")]);
      expect(users).toEqual({
        object: table("users"),
        present: true,
        why: expect.stringContaining("terminating connection"),
      });
    });
  });
});

/** Tables, the columns of them, and indexes, as the owner's transaction has them. */
async function catalogue(): Promise<string[]> {
  const { rows } = await owner.query(`
    SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')
    UNION ALL SELECT attrelid::regclass || '.' || attname FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND attnum > 0 AND NOT attisdropped`);
  return rows.map(({ name }) => name);
}

describe("a Down of the sandbox's Vulcan", () => {
  it.each(MIGRATIONS)("$description: takes what its SQL and its description say", async ({ up, down, description }) => {
    await owner.query(`BEGIN; ${up}`);
    const before = await catalogue();
    await owner.query(down);
    const after = new Set(await catalogue());
    await owner.query("ROLLBACK");
    const gone = before.filter((name) => !after.has(name));
    const { objects, complete } = downEffectsOf(down);
    const named = objects.map(nameOf);
    // A table's columns and its key go with it.
    const isPartOf = (name: string) => named.some((one) => name.startsWith(`${one}.`) || name === `${one}_pkey`);
    expect(complete).toBe(true);
    expect(gone.filter((name) => !isPartOf(name))).toEqual(named);
    expect(objectsCreatedBy(description) ?? objects).toEqual(objects);
  });
});

describe("after a Down", () => {
  it("what is there and what is gone is told in the order asked, through any lock", async () => {
    const asked = [column("licences", "seats"), column("documents", "checksum"), index("licences_pkey"), table("x")];
    const list = await whileLocked("documents, licences", () => on((database) => database.presentObjects(asked)));
    expect(list).toEqual(asked.map((object, at) => ({ object, present: at % 2 === 0 })));
  });

  it("a column that was dropped is gone, and so is the name that the catalogue keeps for it", async () => {
    await owner.query("CREATE TABLE thin (a int, b int); ALTER TABLE thin DROP COLUMN b");
    const asked = [column("thin", "b"), column("thin", "........pg.dropped.2........"), column("thin", "ctid")];
    expect((await on((database) => database.presentObjects(asked))).map(({ present }) => present)).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe("an index that a failed build left", () => {
  it("is named, and no other", async () => {
    expect(await on((database) => database.invalidIndexes())).toEqual([]);
    await owner.query("CREATE TABLE twins AS SELECT 1 AS n FROM generate_series(1, 2)");
    await expect(owner.query("CREATE UNIQUE INDEX CONCURRENTLY idx_twins ON twins (n)")).rejects.toThrow("unique");
    await owner.query("CREATE SCHEMA aside; ALTER TABLE twins SET SCHEMA aside");
    expect(await on((database) => database.invalidIndexes())).toEqual(["aside.idx_twins"]);
  });
});

describe("the lock of those who migrate", () => {
  it("is had by one, shown to the other by name, and free again when the first one leaves", async () => {
    const [first, second] = [createDatabase(sandbox.databaseUrl), createDatabase(sandbox.databaseUrl)];
    expect([
      await first.holdMigrationLock(),
      await second.holdMigrationLock(),
      await first.holdMigrationLock(),
    ]).toEqual([true, false, true]);
    const [holder] = await second.lockHolders();
    expect(holder).toMatchObject({ application: "vulcan-ops", holds: [{ on: `advisory lock ${LOCK_KEY}` }] });
    expect(await first.lockHolders()).toEqual([]);
    await first.close();
    await expect.poll(() => second.holdMigrationLock()).toBe(true);
    await second.close();
  });

  it("has the key that its name has", () => {
    const digest = createHash("sha256").update("vulcan-ops:migrate").digest();
    expect(digest.readBigInt64BE().toString()).toBe(LOCK_KEY);
  });
});
