import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openStateDir, stateDir } from "../../src/journal/state-dir.ts";
import { scratch } from "./scratch.ts";

const refused = (reason: RegExp) => ({
  exitCode: 6,
  detail: { code: "state-dir-unwritable", effect: "none" },
  message: expect.stringMatching(reason),
});

const isRoot = process.getuid?.() === 0;

describe("the state directory", () => {
  it("is made for its owner alone, with its rooms, as deep as it has to be", async () => {
    const path = join(scratch(), "a", "b", "state");
    expect(await openStateDir(path)).toBe(path);
    for (const room of [path, join(path, "executions"), join(path, "locks")]) {
      expect(statSync(room).mode & 0o777).toBe(0o700);
    }
    expect(await openStateDir(path)).toBe(path);
  });

  it.each(["", "/", "/."])(
    "is not a link%s: that could lead the journal astray, and nothing is made behind it",
    async (end) => {
      const folder = scratch();
      mkdirSync(join(folder, "elsewhere"), { mode: 0o700 });
      symlinkSync(join(folder, "elsewhere"), join(folder, "state"));
      await expect(openStateDir(`${join(folder, "state")}${end}`)).rejects.toMatchObject(refused(/not a directory/));
      expect(readdirSync(join(folder, "elsewhere"))).toEqual([]);
    },
  );

  it.each(["executions", "locks"])("has no link for its room %s", async (room) => {
    const folder = scratch();
    mkdirSync(join(folder, "state"), { mode: 0o700 });
    mkdirSync(join(folder, "elsewhere"), { mode: 0o700 });
    symlinkSync(join(folder, "elsewhere"), join(folder, "state", room));
    await expect(openStateDir(join(folder, "state"))).rejects.toMatchObject(refused(/not a directory/));
  });

  it.each([0o777, 0o770, 0o702])("is not writable by others (mode %o)", async (mode) => {
    const path = join(scratch(), "state");
    mkdirSync(path);
    chmodSync(path, mode);
    await expect(openStateDir(path)).rejects.toMatchObject(refused(/others may write to it \(chmod 700\)/));
    expect(readdirSync(path)).toEqual([]);
  });

  it.each(["state", "state/executions", "state/locks"])("has no file in place of %s", async (name) => {
    const folder = scratch();
    if (name !== "state") mkdirSync(join(folder, "state"), { mode: 0o700 });
    writeFileSync(join(folder, name), "");
    await expect(openStateDir(join(folder, "state"))).rejects.toMatchObject(refused(/cannot keep a journal in/));
  });

  it("is not a device that is always full", async () => {
    await expect(openStateDir("/dev/full")).rejects.toMatchObject(refused(/cannot keep a journal in/));
    await expect(openStateDir("/dev/full/state")).rejects.toMatchObject(refused(/cannot keep a journal in/));
  });

  it.runIf(existsSync("/proc/self"))("is not where no folder can be made, and that is said at once", async () => {
    await expect(openStateDir("/proc/x")).rejects.toMatchObject(refused(/\/proc takes no folders/));
    await expect(openStateDir("/proc/x/y/state")).rejects.toMatchObject(refused(/\/proc takes no folders/));
  });

  it("is not behind a link that leads nowhere", async () => {
    const folder = scratch();
    symlinkSync(join(folder, "nowhere"), join(folder, "link"));
    await expect(openStateDir(join(folder, "link", "state"))).rejects.toMatchObject(refused(/takes no folders/));
  });

  it.skipIf(isRoot)("is not read-only (root is not held by permissions: this is skipped for root)", async () => {
    const path = join(scratch(), "state");
    mkdirSync(path, { mode: 0o500 });
    await expect(openStateDir(path)).rejects.toMatchObject(refused(/EACCES/));
  });

  it.runIf(isRoot)("is not another user's", async () => {
    const { chownSync } = await import("node:fs");
    const path = join(scratch(), "state");
    mkdirSync(path, { mode: 0o700 });
    chownSync(path, 65_534, 65_534);
    await expect(openStateDir(path)).rejects.toMatchObject(refused(/belongs to another user/));
  });
});

describe("where it lies", () => {
  it("--state-dir, then $XDG_STATE_HOME, then the home folder; a relative XDG_STATE_HOME does not count", () => {
    expect(stateDir("here", { XDG_STATE_HOME: "/x" })).toBe("here");
    expect(stateDir(undefined, { XDG_STATE_HOME: "/x" })).toBe("/x/vulcan-ops");
    const home = stateDir(undefined, {});
    expect(home).toMatch(/\/\.local\/state\/vulcan-ops$/);
    expect(stateDir(undefined, { XDG_STATE_HOME: "x" })).toBe(home);
    expect(stateDir(undefined, { XDG_STATE_HOME: "" })).toBe(home);
    expect(existsSync("x/vulcan-ops")).toBe(false);
  });
});
