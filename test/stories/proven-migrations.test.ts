import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { MIGRATIONS } from "../../src/sandbox/vulcan/migrations.ts";
import { openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";
import { goFile, goFunc } from "../vulcan/source/go-source.ts";

/** The source of the rehearsal's Vulcan, in a checkout of its own. */
let checkout: string;
let rig: Rig;
beforeAll(async () => {
  checkout = mkdtempSync(join(tmpdir(), "vulcan-ops-source-"));
  git("init", "-q");
  write();
  commit();
  rig = await openRig("major-release", 60);
});
afterAll(async () => {
  await rig.close();
  rmSync(checkout, { recursive: true, force: true });
});

const git = (...args: readonly string[]): string =>
  execFileSync("git", ["-C", checkout, "-c", "user.name=x", "-c", "user.email=x@example.org", ...args], {
    encoding: "utf8",
  }).trim();

const exec = (sql: string): string => goFunc(`_, err := tx.Exec(ctx, \`${sql}\`); return err`);

/** `change`: Downs in place of the right ones. */
function write(change: Readonly<Record<number, string>> = {}): void {
  const list = MIGRATIONS.map(
    ({ version, description, up, down }) =>
      `\t{Version: ${version}, Description: ${JSON.stringify(description)}, Up: ${exec(up)}, Down: ${exec(change[version] ?? down)}},\n`,
  );
  mkdirSync(join(checkout, "postgres"), { recursive: true });
  writeFileSync(join(checkout, "postgres/migrations.go"), goFile(`var migrations = []Migration{\n${list.join("")}}\n`));
}

function commit(): void {
  git("add", ".");
  git("commit", "-qm", "x");
}

async function planned(words: readonly string[], sha = git("rev-parse", "HEAD"), exitCode = 0): Promise<string> {
  const source = [
    "--migrations-file",
    join(checkout, "postgres/migrations.go"),
    ...(sha === "" ? [] : ["--commit", sha]),
  ];
  const run = [...words, "--dry-run", "--verbose", ...source, "--state-dir", rig.stateDir];
  const { code, stdout, stderr } = await vulcanOps(run, { columns: 400 });
  expect([code, stderr]).toEqual([exitCode, ""]);
  return stdout;
}

const UPGRADE = ["upgrade", "--to", "43"];
const ADDED = "adds column documents.checksum; stops reads and writes of documents; ";

it("an upgrade, a window and a Down tell what each migration does, by a run in the database's own schema", async () => {
  const upgrade = await planned(UPGRADE);
  expect(upgrade).toMatch(/ Migration 7 PROVEN: adds column licences\.seats; /);
  expect(upgrade).toContain(` Migration 8 PROVEN: ${ADDED}`);
  expect(upgrade).toContain("; its Down destroys documents.checksum");
  expect(upgrade).toContain("every Down is the way back, in the database's own schema, on PostgreSQL 18.4");

  const window = await planned(["maintenance", "--to", "43"]);
  expect(window).toContain(` Migration 8 PROVEN: ${ADDED}`);

  // No revision of this world fits the schema afterwards: the plan is blocked, and tells all the same.
  const down = await planned(["migrate", "down", "1"], git("rev-parse", "HEAD"), 11);
  expect(down).toContain(" Migration 6 PROVEN: its Down destroys findings.assignee");
  expect(down).toMatch(/drops findings\.assignee \(\d+ values, \d+ bytes\); by its run/);
});

it("migrate prove with a target proves what is pending there, in its own schema; what is applied is refused", async () => {
  const prove = (...words: readonly string[]) =>
    vulcanOps(["migrate", "prove", join(checkout, "postgres/migrations.go"), ...words], { columns: 200 });
  const { code, stdout } = await prove("--target", "vulcan-prod");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^PROVE {2}Up, Down and Up of 2 migrations on PostgreSQL 18\.4$/m);
  expect(stdout).toMatch(/^ Target +vulcan-prod: its own schema, at migration 6$/m);
  expect(stdout).toMatch(/^ PROVEN +7 to 8$/m);
  expect(await prove("--target", "vulcan-prod", "--from", "3")).toMatchObject({
    code: 6,
    stderr: expect.stringContaining("the target has migration 6 already"),
  });
  expect(await prove("--region", "eu-west-1")).toMatchObject({ code: 6, stderr: expect.stringContaining("--target") });
});

it("nothing is proven for another image: without a commit, of another commit, of a source that was changed", {
  tags: ["variant"],
}, async () => {
  expect(await planned(UPGRADE, "")).toContain("no tag and no label names its commit: --commit SHA does");
  const before = git("rev-parse", "HEAD");
  write({ 8: "SELECT 1" });
  const changed = await planned(UPGRADE, before);
  expect(changed).toContain(`not proven for this image: its folder differs from commit ${before.slice(0, 12)}`);
  expect(changed).not.toMatch(/\d PROVEN/);
  expect(await planned(UPGRADE, "0123456789")).toContain("its checkout has no commit 0123456789");
  commit();
  const wrong = await planned(UPGRADE);
  expect(wrong).toContain("8 NOT INVERSE, the Down does not give back what was before");
  expect(wrong).toContain("migration 8 “Add documents.checksum column”: NOT INVERSE");
  expect(wrong).not.toContain("every Down is the way back");
});

it("a commit that is none, or has no source, stops before anything is read; a rollback takes no source at all", async () => {
  const refused = async (...words: readonly string[]) => vulcanOps([...words, "--state-dir", rig.stateDir]);
  expect(await refused(...UPGRADE, "--commit", "main")).toMatchObject({ code: 6 });
  expect(await refused("migrate", "down", "1", "--commit", "0123456")).toMatchObject({
    code: 6,
    stderr: expect.stringContaining("--migrations-file"),
  });
  expect(await refused("rollback", "--migrations-file", "m.go")).toMatchObject({ code: 6 });
});
