import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LINT_RULES, type LintRuleName } from "../../src/proof/rules/index.ts";
import { isSyntaxError } from "../../src/vulcan/sql/grammar.ts";
import { intentsOf } from "../../src/vulcan/sql/intents.ts";
import { openProvingGround, type ProvingGround } from "./proving-ground.ts";

let ground: ProvingGround;
beforeAll(async () => {
  ground = await openProvingGround();
});
afterAll(() => ground.close());

const CAUTIOUS = "SET LOCAL lock_timeout = '3s';";

/** One statement, or the fewest, that a rule finds; and one close by that it leaves alone. */
const EXAMPLES: readonly (readonly [rule: LintRuleName, finds: string, not: string])[] = [
  ["cannot-read", "DO $$ BEGIN EXECUTE 'SELECT 1'; END $$", "DO $$ BEGIN PERFORM 1; END $$"],
  ["not-run", "INSERT INTO e SELECT * FROM e", "INSERT INTO e SELECT * FROM e WHERE false"],
  ["no-rows", "ALTER TABLE odd ADD COLUMN y text", "ALTER TABLE t ADD COLUMN y text"],
  ["migration-fails", "ALTER TABLE t DROP CONSTRAINT nothing", "ALTER TABLE t DROP CONSTRAINT IF EXISTS nothing"],
  ["not-postgresql", "ADD INDEX CONCURRENTLY i ON t(n)", "CREATE INDEX i ON t(n)"],
  ["concurrently-in-transaction", "REINDEX INDEX CONCURRENTLY ix_t_at", "REINDEX INDEX ix_t_at"],
  ["transaction-control", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "SAVEPOINT s; ROLLBACK TO s; RELEASE s"],
  ["touches-migrations-table", "DO $$ BEGIN DELETE FROM migrations; END $$", "SELECT count(*) FROM migrations"],
  ["touches-migrations-table", "INSERT INTO migrations (version, description) VALUES (1, 'x')", "SELECT 1"],
  [
    "enum-value-used-at-once",
    "ALTER TYPE sev ADD VALUE 'x'; UPDATE t SET kind = 'x' WHERE id = 1",
    "ALTER TYPE sev ADD VALUE 'x'",
  ],
  ["needs-more-rights", "CREATE EXTENSION dblink", "CREATE EXTENSION pgcrypto"],
  ["needs-more-rights", "CREATE ROLE other", "GRANT SELECT ON t TO CURRENT_USER"],
  ["add-not-null-without-default", "ALTER TABLE t ADD COLUMN y int NOT NULL", "CREATE TABLE y (y int NOT NULL)"],
  ["index-on-existing-table", "CREATE UNIQUE INDEX i ON t(n)", "CREATE TABLE y (n int); CREATE INDEX i ON y(n)"],
  ["drop-index", "DROP INDEX ix_t_at", "CREATE TABLE y (n int); CREATE INDEX i ON y(n); DROP INDEX i"],
  ["rebuild", "REINDEX TABLE t", "SELECT 1"],
  [
    "alter-type-rewrite",
    "ALTER TABLE t ALTER amount TYPE numeric(4, 1)",
    "ALTER TABLE t ALTER amount TYPE numeric(12, 2)",
  ],
  ["add-column-rewrite", "ALTER TABLE t ADD y float DEFAULT random()", "ALTER TABLE t ADD y timestamptz DEFAULT now()"],
  ["set-not-null-scan", "ALTER TABLE t ALTER n SET NOT NULL", "ALTER TABLE f ALTER p_id SET NOT NULL"],
  ["constraint-validating", "ALTER TABLE t ADD CHECK (n > 0)", "ALTER TABLE t ADD CHECK (n > 0) NOT VALID"],
  [
    "constraint-validating",
    "ALTER TABLE t ADD y int REFERENCES p(id) DEFAULT 1",
    "CREATE TABLE y (y int REFERENCES p(id))",
  ],
  [
    "validate-in-same-transaction",
    "ALTER TABLE t ADD y int; ALTER TABLE t VALIDATE CONSTRAINT ck_n",
    "ALTER TABLE t VALIDATE CONSTRAINT ck_n",
  ],
  ["unique-builds-index", "ALTER TABLE t ADD y int UNIQUE", "CREATE TABLE y (y int UNIQUE)"],
  ["backfill-with-ddl", "ALTER TABLE t ADD y int; UPDATE t SET y = 1 WHERE n > 0", "UPDATE t SET n = 1 WHERE n > 0"],
  [
    "backfill-with-ddl",
    "ALTER TABLE t ADD y int; DO $$ BEGIN UPDATE t SET y = 1 WHERE n > 0; END $$",
    "ALTER TABLE t ADD y int; UPDATE t SET y = 1 WHERE id = 1",
  ],
  [
    "strong-lock-then-more",
    "ALTER TABLE e ADD y int; UPDATE t SET n = 1 WHERE n > 0",
    "UPDATE t SET n = 1 WHERE n > 0; ALTER TABLE e ADD y int",
  ],
  ["several-tables-strong", "ALTER TABLE e ADD y int; ALTER TABLE t ADD y int", "ALTER TABLE e ADD y int, ADD z int"],
  ["rows-all", "DELETE FROM t", "DELETE FROM t WHERE id = 1"],
  ["truncate", "TRUNCATE t", "CREATE TABLE y (n int); TRUNCATE y"],
  ["lock-table", "LOCK TABLE t", "SELECT 1"],
  [
    "partition",
    "DELETE FROM rest WHERE id > 0; ALTER TABLE halves ATTACH PARTITION half FOR VALUES FROM (0) TO (1000)",
    "CREATE TABLE y PARTITION OF part FOR VALUES FROM ('2030-01-01') TO ('2031-01-01')",
  ],
  ["rewrite", "ALTER TABLE t SET UNLOGGED", "ALTER TABLE t SET (fillfactor = 90)"],
  ["no-lock-timeout", "ALTER TABLE t ADD y int", `${CAUTIOUS} ALTER TABLE t ADD y int`],
  ["scan-under-lock", "ALTER TABLE t VALIDATE CONSTRAINT ck_n, ADD y int", "SELECT count(n) FROM t"],
  [
    "strong-lock-then-more",
    "CREATE TABLE y (p_id int REFERENCES p(id)); INSERT INTO y SELECT id FROM p",
    "CREATE TABLE y (p_id int); INSERT INTO y SELECT id FROM p",
  ],
  ["drop-table", "DO $$ BEGIN EXECUTE 'DROP TABLE e'; END $$", "DROP TABLE IF EXISTS nothing"],
  ["drop-column", "ALTER TABLE e DROP x", "ALTER TABLE e DROP COLUMN IF EXISTS nothing"],
  ["drop-view", "DROP VIEW v", "CREATE VIEW y AS SELECT 1; DROP VIEW y"],
  ["rename-column", "DO $$ BEGIN EXECUTE 'ALTER TABLE e RENAME x TO y'; END $$", "ALTER TABLE e ADD y int"],
  ["rename-table", "CREATE SCHEMA s; ALTER TABLE e SET SCHEMA s", "CREATE TABLE y (n int); ALTER TABLE y RENAME TO z"],
  ["rename-value", "ALTER TYPE sev RENAME VALUE 'low' TO 'least'", "ALTER TYPE sev ADD VALUE 'least'"],
  ["drop-collateral", "ALTER TABLE t DROP n", "ALTER TABLE e DROP x"],
  ["narrows-for-old-image", "ALTER TABLE t ADD CHECK (n > 0) NOT VALID", "ALTER TABLE t ADD y int"],
  [
    "trigger",
    "CREATE TRIGGER y BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "SELECT 1",
  ],
  ["row-level-security", "DO $$ BEGIN EXECUTE 'ALTER TABLE t ENABLE ROW LEVEL SECURITY'; END $$", "SELECT 1"],
  ["json-column", "ALTER TABLE t ALTER note TYPE json USING to_json(note)", "CREATE TABLE y (y jsonb)"],
  ["unlogged", "CREATE UNLOGGED TABLE y (n int)", "CREATE TABLE y (n int)"],
  ["name-cut", `CREATE TABLE ${"y".repeat(64)} (n int)`, `CREATE TABLE ${"y".repeat(63)} (n int)`],
  ["not-repeatable", "CREATE TABLE y (n int)", "CREATE TABLE IF NOT EXISTS y (n int)"],
  [
    "concurrently-if-not-exists",
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t(n)",
    "CREATE INDEX CONCURRENTLY i ON t(n)",
  ],
];

describe("a rule", () => {
  it.each(EXAMPLES)("%s", async (rule, finds, not) => {
    expect(await ground.rulesOf(finds)).toContain(rule);
    expect(await ground.rulesOf(not)).not.toContain(rule);
  });

  /** About files, Downs and a target: the commands' own stories have them. */
  const ELSEWHERE = [
    ...["live-not-known", "not-on-live-major", "outlives-health-check", "may-outlive-health-check", "old-query-breaks"],
    ...["newer-than-server", "values-and-several-statements", "down-missing", "down-empty", "down-fails"],
    ...["down-destroys", "version-hole", "waiver-unused", "waiver-without-reason"],
  ];

  it("is found by an example, each of them", () => {
    const shown = new Set<string>([...EXAMPLES.map(([rule]) => rule), ...ELSEWHERE]);
    expect(Object.values(LINT_RULES).filter(({ name }) => !shown.has(name))).toEqual([]);
  });

  it("has a title, a reason and a way out, in sentences", () => {
    for (const { name, title, why, fix } of Object.values(LINT_RULES)) {
      expect([name, /[.!?]$/.test(title), /\.$/.test(why), fix.length > 10]).toEqual([name, false, true, true]);
    }
  });
});

describe("a table that is not there, as where the first migrations are missing", () => {
  it("is judged by the words: what drops or blocks is found, also behind the statement that did not run", async () => {
    const found = await ground.rulesOf(
      "ALTER TABLE gone ADD COLUMN y int; CREATE INDEX i ON gone(y); ALTER TABLE gone DROP COLUMN x",
    );
    expect(found).toEqual(expect.arrayContaining(["index-on-existing-table", "drop-column"]));
  });

  it.each([
    ["alter-type-rewrite", "ALTER TABLE gone ALTER COLUMN x TYPE bigint"],
    ["set-not-null-scan", "ALTER TABLE gone ALTER COLUMN x SET NOT NULL"],
    ["constraint-validating", "ALTER TABLE gone ADD CHECK (x > 0)"],
    ["rename-column", "ALTER TABLE gone RENAME COLUMN x TO y"],
    ["rows-all", "UPDATE gone SET x = 1"],
    ["truncate", "TRUNCATE gone"],
  ] as const)("finds %s", async (rule, sql) => {
    expect(await ground.rulesOf(sql)).toContain(rule);
  });

  it("is not one that the migration itself creates", async () => {
    const found = await ground.rulesOf(
      "ALTER TABLE gone ADD COLUMN y int; CREATE TABLE y (n int); CREATE INDEX i ON y(n)",
    );
    expect(found).not.toContain("index-on-existing-table");
  });
});

it("reads whatever is written, or says where it stops: 10,000 mutants", () => {
  const { grammar } = ground.session;
  const texts = EXAMPLES.flatMap(([, finds, not]) => [finds, not]);
  const mutant = fc
    .tuple(
      fc.constantFrom(...texts),
      fc.constantFrom(...texts),
      fc.nat(),
      fc.nat(),
      fc.string({ unit: "binary", maxLength: 3 }),
    )
    .map(
      ([one, other, from, to, noise]) =>
        one.slice(0, from % (one.length + 1)) + noise + other.slice(to % (other.length + 1)),
    );
  fc.assert(
    fc.property(mutant, (sql) => {
      const read = grammar.statements(sql);
      if (isSyntaxError(read)) return read.at >= 0 && read.at <= sql.length && read.message !== "";
      for (const statement of read) intentsOf(grammar, statement);
      grammar.comments(sql);
      return read.every(({ at, text }) => sql.slice(at, at + text.length) === text);
    }),
    { numRuns: 10_000 },
  );
});
