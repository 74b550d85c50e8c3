import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ProofReport } from "../../src/domain/migrations/proof.ts";
import { FIRST_SCHEMA } from "../../src/sandbox/vulcan/first-schema.ts";
import { MIGRATIONS } from "../../src/sandbox/vulcan/migrations.ts";
import { vulcanOps } from "../support/sandbox-harness.ts";
import { goFile, goFunc } from "../vulcan/source/go-source.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vulcan-ops-prove-"));
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(tmpdir());
  rmSync(folder, { recursive: true, force: true });
});

/** The argument list, the exit code, and `version verdict` of each migration. */
async function prove(...argv: readonly string[]) {
  const { code, stdout } = await vulcanOps(["migrate", "prove", ...argv, "--output", "json"], { cwd: folder });
  const report: ProofReport = JSON.parse(stdout);
  return { code, report, verdicts: report.migrations.map(({ version, verdict }) => `${version} ${verdict}`) };
}

const exec = (sql: string): string => goFunc(`_, err := tx.Exec(ctx, \`${sql}\`); return err`);
const literal = (version: number, up: string, down: string): string =>
  `\t{Version: ${version}, Description: "x", Up: ${up}, Down: ${down}},\n`;

it("proves each Down of the rehearsal's Vulcan, and tells what it destroys", async () => {
  const list = MIGRATIONS.map(({ version, up, down }) => literal(version, exec(up), exec(down)));
  writeFileSync(join(folder, "migrations.go"), goFile(`var migrations = []Migration{\n${list.join("")}}\n`));
  writeFileSync(join(folder, "first.sql"), FIRST_SCHEMA);
  writeFileSync(join(folder, "queries.sql"), "SELECT id FROM assets WHERE id = $1; SELECT 1 FROM nowhere;");
  const { code, report } = await prove("migrations.go", "--schema", "first.sql", "--queries", "queries.sql");
  expect(report.migrations.filter(({ verdict }) => verdict !== "PROVEN")).toEqual([]);
  expect([code, report.migrations.length, report.unjudgedQueries]).toEqual([0, MIGRATIONS.length, 1]);
  const destroys = Object.fromEntries(report.migrations.map((one) => [one.version, one.destroys]));
  expect(destroys[7]).toEqual([{ kind: "column", name: "licences.seats" }]);
});

const SQL: Readonly<Record<string, readonly [up: string, down: string | undefined]>> = {
  "1_jobs": ["CREATE TABLE jobs (id bigserial PRIMARY KEY, name varchar(40) NOT NULL, n int)", "DROP TABLE jobs"],
  "2_note": ["ALTER TABLE jobs ADD note text; COMMENT ON TABLE jobs IS 'x'", "ALTER TABLE jobs DROP note"],
  "3_view": ["CREATE VIEW v AS SELECT name FROM jobs; ALTER TABLE jobs RENAME n TO m", "ALTER TABLE jobs DROP name"],
  "4_seed": ["INSERT INTO jobs (name) VALUES ('a')", undefined],
  "5_lost": ["ALTER TABLE nowhere ADD x int", "SELECT 1"],
  "6_twice": [
    "CREATE TABLE IF NOT EXISTS once (id int); INSERT INTO once VALUES (7)",
    "ALTER TABLE once ADD y int NOT NULL",
  ],
  "7_rows": ["ALTER TABLE jobs ADD kind text", "ALTER TABLE jobs DROP kind; DELETE FROM jobs WHERE name = '00007'"],
};

it("tells each verdict with its evidence, and the old query that breaks", async () => {
  const sub = join(folder, "sql");
  mkdirSync(sub);
  for (const [name, [up, down]] of Object.entries(SQL)) {
    writeFileSync(join(sub, `${name}.up.sql`), up);
    if (down !== undefined) writeFileSync(join(sub, `${name}.down.sql`), down);
  }
  writeFileSync(join(folder, "old.sql"), "UPDATE jobs SET n = $1 WHERE id = $2;\nSELECT name FROM jobs;");
  const { code, report, verdicts } = await prove("sql", "--from", "2", "--queries", "old.sql");
  expect([code, ...verdicts]).toEqual([
    11,
    "2 NOT INVERSE",
    "3 DOWN FAILS",
    "4 DOWN FAILS",
    "5 CANNOT READ",
    "6 DOWN FAILS",
    "7 NOT INVERSE",
  ]);
  const of = (version: number) => report.migrations.find((one) => one.version === version);
  expect(of(2)?.evidence).toEqual(["+ comment table public.jobs: x"]);
  expect(of(3)?.evidence[0]).toMatch(/^sql\/3_view\.down\.sql:1: 2BP01 cannot drop column name/);
  expect(of(3)?.brokenQueries).toEqual([
    { id: "1", calls: 1, why: '42703 column "n" of relation "jobs" does not exist' },
  ]);
  expect(of(4)?.why).toBe("there is no Down: migrate down cannot roll it back");
  expect(of(5)?.evidence[0]).toMatch(/5_lost\.up\.sql:1: 42P01 relation "nowhere" does not exist/);
  expect(of(6)?.evidence[0]).toMatch(/23502 column "y" of relation "once" contains null values/);
  expect(of(7)?.evidence[0]).toMatch(/^rows of jobs: 1 gone, 0 new$/);
  expect(of(7)?.destroys).toEqual([
    { kind: "column", name: "jobs.kind" },
    { kind: "rows", name: "jobs" },
  ]);
});

it("judges a migration by its own: a wrong Down before it is not its fault", async () => {
  const sub = join(folder, "damaged");
  mkdirSync(sub);
  const write = (name: string, up: string, down: string): void => {
    writeFileSync(join(sub, `${name}.up.sql`), up);
    writeFileSync(join(sub, `${name}.down.sql`), down);
  };
  write("1_jobs", "CREATE TABLE jobs (id int, kind text)", "DROP TABLE jobs");
  write(
    "2_state",
    "ALTER TABLE jobs ADD state text; CREATE INDEX jobs_state ON jobs (state)",
    "ALTER TABLE jobs DROP kind",
  );
  write("3_type", "ALTER TABLE jobs RENAME kind TO type", "ALTER TABLE jobs RENAME type TO kind");
  expect((await prove("damaged")).verdicts).toEqual(["1 PROVEN", "2 NOT INVERSE", "3 PROVEN"]);
  // The Up runs again here, and makes something else than before.
  write("2_state", "ALTER TABLE jobs ADD COLUMN IF NOT EXISTS state text", "ALTER TABLE jobs DROP kind");
  expect((await prove("damaged")).verdicts).toEqual(["1 PROVEN", "2 DOWN FAILS", "3 PROVEN"]);
});

it("never calls a migration proven that it could not read: exit 12, and 6 where there is nothing to begin with", async () => {
  const unread = goFunc("_, err := tx.Exec(ctx, os.Getenv(`SQL`)); return err");
  mkdirSync(join(folder, "odd"));
  writeFileSync(
    join(folder, "odd", "odd.go"),
    goFile(`var m = []Migration{\n${literal(1, exec("SELECT 1"), unread)}}\n`),
  );
  const { code, verdicts, report } = await prove("odd/odd.go");
  expect([code, ...verdicts]).toEqual([12, "1 CANNOT READ"]);
  expect(report.migrations[0]?.evidence[0]).toMatch(/odd\.go:\d+: Getenv reads what is only known when it runs/);
  const refused = async (...argv: string[]) => vulcanOps(["migrate", "prove", ...argv], { cwd: folder, columns: 400 });
  expect(await refused("odd/odd.go", "--from", "8")).toMatchObject({
    code: 6,
    stderr: expect.stringContaining("--from 8: the newest migration here is 1"),
  });
  writeFileSync(join(folder, "bad.sql"), "SELECT 1;\nSELEC 2;");
  expect(await refused("odd/odd.go", "--queries", "bad.sql")).toMatchObject({
    code: 6,
    stderr: expect.stringMatching(/--queries bad\.sql:2: syntax error/),
  });
  expect(await refused()).toMatchObject({
    code: 6,
    stderr: expect.stringContaining("vulcan-ops migrate prove migrations.go"),
  });
});
