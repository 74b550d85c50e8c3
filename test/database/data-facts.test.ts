import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createDatabase } from "../../src/database/database.ts";
import type { Database } from "../../src/domain/database/database.ts";
import { structureDifference } from "../../src/domain/database/line-difference.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";

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

async function on<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const database = createDatabase(sandbox.databaseUrl);
  return work(database).finally(() => database.close());
}

const SINCE = "2026-04-10T03:20:00.000Z";
const BUDGET_MS = 10_000;
const factsOf = async (table: string, budget = BUDGET_MS) =>
  (await on((database) => database.tables(SINCE, budget))).find((one) => one.table === table);

it("rows by their own times: the newest of all such columns, and those that are later", async () => {
  await owner.query(`
    CREATE TABLE "odd Name" (created_at TIMESTAMPTZ, updated_at TIMESTAMP, due_at TIMESTAMPTZ DEFAULT 'infinity');
    INSERT INTO "odd Name" VALUES ('2026-04-10T03:19:00Z', NULL), ('2026-04-10T03:00:00Z', '2026-04-10 03:20:01'),
      (NULL, NULL), ('infinity', '-infinity')`);
  expect(await factsOf("odd Name")).toEqual({
    table: "odd Name",
    timedBy: ["created_at", "updated_at"],
    rows: 4,
    isExact: true,
    newest: "2026-04-10T03:20:01.000Z",
    newer: 1,
  });
});

it("a table without such a column is counted, and a locked one or one past the budget is unknown with the reason", async () => {
  expect(await factsOf("assets")).toEqual({ table: "assets", timedBy: [], rows: 18, isExact: true });
  expect(await factsOf("assets", 0)).toEqual({ table: "assets", timedBy: [], why: "out of time" });
  await owner.query("BEGIN; LOCK TABLE assets IN ACCESS EXCLUSIVE MODE");
  const locked = await factsOf("assets").finally(() => owner.query("ROLLBACK"));
  expect(locked).toMatchObject({ table: "assets", why: expect.stringContaining("locked") });
});

it("structure: the newest migration, what is broken, and lines that no row moves and any column does", async () => {
  const before = await on((database) => database.structure());
  expect(before).toMatchObject({ version: 7, invalidIndexes: [], unvalidated: [], behind: [] });
  await owner.query("INSERT INTO tenants(id, name) VALUES ('umbrella', 'Umbrella')");
  expect(await on((database) => database.structure())).toEqual(before);
  await owner.query(`
    CREATE TABLE numbered (id SERIAL PRIMARY KEY, size INTEGER);
    INSERT INTO numbered(id) VALUES (7);
    ALTER TABLE numbered ADD CONSTRAINT sized CHECK (size > 0) NOT VALID;
    CREATE INDEX broken ON numbered (size);
    UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass`);
  const after = await on((database) => database.structure());
  expect(after).toMatchObject({
    invalidIndexes: ["broken"],
    unvalidated: ["numbered.sized"],
    behind: ["public.numbered_id_seq"],
  });
  expect(structureDifference(before.lines ?? [], after.lines ?? []).added).toEqual([
    "column numbered.id: integer, not null, default nextval('public.numbered_id_seq'::regclass)",
    "column numbered.size: integer",
    "constraint numbered.numbered_pkey: PRIMARY KEY (id)",
    "constraint numbered.sized: CHECK ((size > 0)) NOT VALID",
    "index broken: CREATE INDEX broken ON public.numbered USING btree (size), not valid",
    "index numbered_pkey: CREATE UNIQUE INDEX numbered_pkey ON public.numbered USING btree (id)",
    "sequence numbered_id_seq: owner vulcan",
    "settings numbered_id_seq: integer start 1 by 1 from 1 to 2147483647 cache 1 of public.numbered.id",
    "table numbered: owner vulcan",
  ]);
});

it("traffic: the sessions of others, this program's own left out, and rows as they are written", async () => {
  const flush = () => owner.query("SELECT pg_stat_force_next_flush()");
  await flush();
  const before = await on((database) => database.traffic());
  // Three tasks, and the owner who asks.
  expect(before.clients.map(({ application }) => application).sort()).toEqual(["", "vulcan", "vulcan", "vulcan"]);
  await owner.query("INSERT INTO tenants(id, name) VALUES ('hooli', 'Hooli')");
  await flush();
  expect((await on((database) => database.traffic())).written).toBe(before.written + 1);
});

it("traffic by a user who may not look at others' sessions: their number and users all the same", async () => {
  await owner.query("CREATE ROLE looker LOGIN PASSWORD 'looker'");
  const url = new URL(sandbox.databaseUrl);
  [url.username, url.password] = ["looker", "looker"];
  const database = createDatabase(url.toString());
  // A connection of the test before may still be closing.
  await expect.poll(async () => (await database.traffic()).clients).toHaveLength(4);
  const { clients } = await database.traffic().finally(() => database.close());
  expect(clients.map(({ user }) => user)).not.toContain("looker");
});
