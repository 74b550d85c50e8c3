import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { baseFolder } from "../../src/postgres/base-folder.ts";
import { unprivileged } from "../../src/postgres/system-user.ts";
import { WorkFolder } from "../../src/postgres/work-folder.ts";
import { startPostgres } from "../../src/sandbox/postgres/server.ts";

const MAIN = join(import.meta.dirname, "..", "..", "dist", "main.js");
const isRoot = process.getuid?.() === 0;
const runAs = unprivileged();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "base-folder-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const baseWith = (path: string): string => {
  vi.stubEnv("TMPDIR", path);
  return baseFolder(runAs);
};

test("the temporary folder is taken where it works", () => {
  chmodSync(folder, 0o755);
  expect(baseWith(folder)).toBe(folder);
});

test.each([
  ["is not there", (path: string) => join(path, "missing")],
  [
    "is no folder",
    (path: string) => {
      writeFileSync(join(path, "file"), "");
      return join(path, "file");
    },
  ],
])("another folder is taken where it %s", (_what, make) => {
  expect(["/tmp", "/var/tmp"]).toContain(baseWith(make(folder)));
});

test.runIf(isRoot)("for root, another one where PostgreSQL's user cannot enter it, or a folder above it", () => {
  expect(baseWith(folder)).not.toBe(folder);
  const below = join(folder, "below");
  mkdirSync(below);
  expect(baseWith(below)).not.toBe(below);
});

test.runIf(isRoot)("for root, another one where other users could replace what is in it", () => {
  chmodSync(folder, 0o777);
  expect(baseWith(folder)).not.toBe(folder);
  chmodSync(folder, 0o1777);
  expect(baseWith(folder)).toBe(folder);
  chmodSync(folder, 0o755);
  chownSync(folder, runAs?.uid ?? 0, runAs?.gid ?? 0);
  expect(baseWith(folder)).not.toBe(folder);
});

test.runIf(isRoot)("another one where no program runs from it", ({ skip }) => {
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "noexec,mode=1777", "tmpfs", folder]);
  skip(status !== 0, "this system lets nothing be mounted");
  try {
    expect(baseWith(folder)).not.toBe(folder);
  } finally {
    spawnSync("umount", [folder]);
  }
});

test("a database starts although the temporary folder is one's own alone", async () => {
  vi.stubEnv("TMPDIR", folder);
  const home = await WorkFolder.open();
  try {
    const server = await startPostgres(home);
    expect(server.folder.startsWith(isRoot ? home.folder : folder)).toBe(true);
    expect(dirname(home.folder) === folder).toBe(!isRoot);
    await server.stop();
    expect(() => statSync(server.folder)).toThrow("ENOENT");
  } finally {
    await home.close();
  }
});

test("where none works, the error says why of each, and what to set", () => {
  vi.stubEnv("TMPDIR", join(folder, "missing"));
  const set = isRoot ? "that every user can enter" : "that you can write to";
  expect(() => baseFolder(runAs, [])).toThrow(
    `the sandbox finds no folder to live in: ${join(folder, "missing")} is not there; set TMPDIR to a folder ${set} and run programs from`,
  );
});

test.runIf(isRoot)("the program tells it as something to set, and not as a fault of its own", ({ skip }) => {
  const hide = ["/tmp", "/var/tmp"].map((path) => `mount --bind ${path} ${path} && mount -o remount,ro,bind ${path}`);
  const sealed = (command: string) =>
    spawnSync("unshare", ["-m", "/bin/sh", "-c", `${hide.join(" && ")} && ${command}`], {
      encoding: "utf8",
      env: { ...process.env, TMPDIR: "/tmp", XDG_STATE_HOME: folder, NO_COLOR: "1" },
    });
  skip(sealed("true").status !== 0, "this system lets nothing be mounted");
  const { status, stderr } = sealed(`"${process.execPath}" "${MAIN}" rehearse rollback-service --yes`);
  expect(stderr.replace(/\s+/g, " ")).toContain("the sandbox finds no folder to live in: /tmp cannot be written to");
  expect(stderr.replace(/\s+/g, " ")).toContain("[sandbox-unfit, exit 6]");
  expect(stderr).not.toContain("bug in vulcan-ops");
  expect(status).toBe(6);
});
