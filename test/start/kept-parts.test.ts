import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { encodeParts, NOTHING_COMPILED, readParts } from "../../src/start/compiled-parts.ts";
import { keepParts } from "../../src/start/kept-parts.ts";
import { vulcanOpsProcess } from "../support/process.ts";

let caches: string;
beforeEach(() => {
  caches = mkdtempSync(join(tmpdir(), "vulcan-ops-caches-"));
});
afterEach(() => {
  chmodSync(caches, 0o700);
  rmSync(caches, { recursive: true, force: true });
});

const folder = () => join(caches, "vulcan-ops", "compiled");
const kept = () => readdirSync(folder()).map((name) => join(folder(), name));
const explain = (env: Readonly<Record<string, string>> = {}) =>
  vulcanOpsProcess(["explain", "rollback-service"], { XDG_CACHE_HOME: caches, ...env });

it("what a command compiled is kept, for its user alone, and taken by the next run", async () => {
  const first = await explain();
  expect(first).toMatchObject({ code: 0, stderr: "" });
  const [path = "", ...more] = kept();
  expect(more).toEqual([]);
  expect(path).toMatch(/\/explain-v\d+\.\d+\.\d+-\w+-\w+-program-[\w-]+\.js$/);
  expect([statSync(folder()).mode & 0o777, statSync(path).mode & 0o777]).toEqual([0o700, 0o600]);
  const before = readParts(path);
  expect(before.runs).toBe(1);
  expect([...before.parts.keys()]).toContainEqual(expect.stringMatching(/^\.\/core-/));

  expect((await explain()).stdout).toBe(first.stdout);
  await explain();
  const settled = statSync(path).mtimeMs;
  expect(readParts(path).runs).toBe(3);
  // Nothing new was compiled: V8 took all of it.
  expect((await explain()).stdout).toBe(first.stdout);
  expect(statSync(path).mtimeMs).toBe(settled);
  expect([...readParts(path).parts.keys()]).toEqual([...before.parts.keys()]);
});

it("what is damaged or another user's to change is not run; the program does without", async () => {
  const first = await explain();
  const [path = ""] = kept();
  const whole = readFileSync(path);
  chmodSync(path, 0o620);
  expect(readParts(path)).toBe(NOTHING_COMPILED);
  chmodSync(path, 0o600);
  for (let at = 0; at < whole.length; at += Math.ceil(whole.length / 5)) {
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, at, at + 64);
    writeFileSync(path, damaged);
    expect(await explain()).toEqual(first);
  }
});

it("a word that is no command leaves nothing behind; nor does a run that is told to keep nothing", async () => {
  const words = { XDG_CACHE_HOME: caches };
  expect((await vulcanOpsProcess(["rolback"], words)).code).toBe(6);
  expect((await explain({ NODE_DISABLE_COMPILE_CACHE: "1" })).code).toBe(0);
  expect((await vulcanOpsProcess(["rollback", "--help"], words)).code).toBe(0);
  expect(() => kept()).toThrow("ENOENT");
});

it("where nothing can be written the program does without", async () => {
  writeFileSync(join(caches, "vulcan-ops"), "a file where the folder would be");
  expect(await explain()).toMatchObject({ code: 0, stderr: "" });
});

it("of many files the newest are kept", () => {
  for (let n = 0; n < 30; n++) keepParts(join(folder(), `status-${n}`), NOTHING_COMPILED);
  expect(kept()).toHaveLength(24);
  expect(readFileSync(join(folder(), "status-29"))).toEqual(encodeParts(NOTHING_COMPILED));
});

it.skipIf(process.platform !== "linux")(
  "a place that takes no folders does not keep the program from ending",
  async () => {
    expect(await explain({ XDG_CACHE_HOME: "/proc/none" })).toMatchObject({ code: 0, stderr: "" });
  },
);
