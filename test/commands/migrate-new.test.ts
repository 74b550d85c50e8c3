import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { vulcanOps } from "../support/sandbox-harness.ts";
import { goFile, goFunc } from "../vulcan/source/go-source.ts";

const DOCUMENTED = "internal/storage/postgres/migrations.go";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vulcan-ops-new-"));
  process.chdir(folder);
  mkdirSync("internal/storage/postgres", { recursive: true });
  writeFileSync(DOCUMENTED, FIRST);
});
afterAll(() => {
  process.chdir(tmpdir());
  rmSync(folder, { recursive: true, force: true });
});

const exec = (sql: string): string => goFunc(`_, err := tx.Exec(ctx, \`${sql}\`); return err`);
const literal = (version: number, description: string, up: string, down: string): string =>
  `\t{Version: ${version}, Description: "${description}", Up: ${exec(up)}, Down: ${exec(down)}},\n`;
const FIRST = goFile(
  `var migrations = []Migration{\n${literal(1, "Add jobs table", "CREATE TABLE IF NOT EXISTS jobs (id text PRIMARY KEY)", "DROP TABLE IF EXISTS jobs")}}\n`,
);

const begin = (...argv: readonly string[]) =>
  vulcanOps(["migrate", "new", ...argv], { cwd: folder, env: { GITHUB_ACTIONS: "" } });
const content = (): string => readFileSync(join(folder, DOCUMENTED), "utf8");

describe("migrate new", () => {
  it("writes the next migration where the documentation has them, and lints it", async () => {
    const { code, stdout, stderr } = await begin("Add jobs.owner column");
    expect(code, stderr).toBe(0);
    await expect(stdout).toMatchFileSnapshot("../golden/ui/migrate-new.txt");
    await expect(content().slice(FIRST.length - 2)).toMatchFileSnapshot("../golden/ui/migrate-new.go.txt");
    // What it says to type next.
    const again = await vulcanOps(["lint", DOCUMENTED, "--from", "2", "--strict"], { cwd: folder });
    expect(again.code).toBe(0);
  });

  it("says that a change is still to be written", async () => {
    const { code, stdout } = await begin("Clean up", "--output", "json");
    const { version, isOpen, lint } = JSON.parse(stdout);
    expect([code, version, isOpen]).toEqual([0, 3, true]);
    expect(lint.migrations[0].findings.map(({ name }: { name: string }) => name)).toEqual(["down-empty"]);
  });

  it("prints the literal, and writes nothing", async () => {
    const before = content();
    const { code, stdout } = await begin("Add scans table", "--print");
    expect([code, content()]).toEqual([0, before]);
    expect(stdout).toMatch(/^\{\n\tVersion: {5}4,\n\tDescription: "Add scans table",\n\tUp: func\(ctx/);
  });

  it("tells what keeps lint from running beside what it has written", async () => {
    const { code, stdout } = await begin("Add z table", "--schema", "nothing.sql");
    expect([code, stdout]).toEqual([
      12,
      expect.stringMatching(/WRITTEN {2}migration 4 [\s\S]*not run: nothing\.sql cannot be read/),
    ]);
  });

  it.each<[readonly string[], RegExp]>([
    [[], /It needs a description/],
    [["  "], /the description is empty/],
    [["Add\u001b[31m table"], /characters that a line of a log cannot show/],
    [["9 lives"], /does not begin with a letter/],
    [["Add `x`"], /characters that a line/],
    [["A".repeat(101)], /more than 100 characters/],
    [["add JOBS table"], /migration 1 has that description already \(internal\S+:\d+\)/],
    [["Add b table", "--version", "2"], /--version 2: it is taken \(internal\S+:\d+\)/],
    [["Add b table", "--version", "0"], /--version takes the version of a migration, not "0"/],
    [["Add b table", "--file", "nothing.go"], /nothing\.go cannot be read: ENOENT/],
  ])("refuses %j with exit 6, and writes nothing", async (argv, message) => {
    const before = content();
    const { code, stderr } = await vulcanOps(["migrate", "new", ...argv], { cwd: folder, columns: 400 });
    expect([code, stderr]).toEqual([6, expect.stringMatching(message)]);
    expect(content()).toBe(before);
  });

  it("writes nothing where the number of a migration is not known, or its list is built", async () => {
    const odd = `var migrations = []Migration{\n${literal(1, "a", "SELECT 1", "SELECT 1")}\t{Version: next(), Up: nil, Down: nil},\n}\n`;
    mkdirSync("odd", { recursive: true });
    writeFileSync("odd/m.go", goFile(odd));
    const unknown = await begin("Add b table", "--file", "odd/m.go");
    expect([unknown.code, unknown.stderr]).toEqual([6, expect.stringContaining("which number is free is not known")]);
    const built = `func init() { register(Migration{Version: 1, Up: ${exec("SELECT 1")}, Down: ${exec("SELECT 1")}}) }\n`;
    mkdirSync("built", { recursive: true });
    writeFileSync("built/m.go", goFile(built));
    const placed = await begin("Add b table", "--file", "built");
    expect([placed.code, placed.stderr]).toEqual([6, expect.stringContaining("no list of migrations")]);
    expect(placed.stderr).toContain("--print");
  });
});
