import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dataOf, writeOwned } from "../../src/postgres/cluster.ts";
import { discard } from "../../src/postgres/stop.ts";
import { runnerOf, unprivileged } from "../../src/postgres/system-user.ts";
import { WorkFolder } from "../../src/postgres/work-folder.ts";

const isRoot = process.getuid?.() === 0;

/** What PostgreSQL's user, whom the database's superuser can make run any program, tries on root. */
describe.runIf(isRoot)("the user of the database", () => {
  let home: WorkFolder;
  let victims: string;
  let victim: string;
  beforeAll(async () => {
    home = await WorkFolder.open();
    victims = mkdtempSync(join(tmpdir(), "victims-"));
    victim = join(victims, "file");
    writeFileSync(victim, "root's own", { mode: 0o600 });
  });
  afterAll(async () => {
    rmSync(victims, { recursive: true, force: true });
    await home.close();
  });

  const tried = (script: string, ...words: readonly string[]) =>
    spawnSync("/bin/sh", ["-c", script, "sh", ...words], { ...unprivileged(), cwd: "/", encoding: "utf8" }).status;

  test.each(["clock.json.new", "clock.json", "leash", "tasks", "programs-x"])(
    "can put no link named %s in root's way",
    (name) => {
      expect(tried('ln -s "$1" "$2"', victim, join(home.folder, name))).not.toBe(0);
    },
  );

  test("can put nothing in the place of the folder in which root makes programs", () => {
    mkdirSync(join(home.folder, "tasks"), { mode: 0o700 });
    expect(tried('mv "$1/tasks" "$1/elsewhere"', home.folder)).not.toBe(0);
    expect(tried('rm -rf "$1"/*; ls "$1"', home.folder)).not.toBe(0);
    expect(readdirSync(home.folder)).toContain("tasks");
    expect(statSync(home.folder).uid).toBe(0);
  });

  test("gets no file of root's written or removed by a link in its own folder", async () => {
    const folder = home.serverFolder();
    expect(tried('mkdir "$1" && ln -s "$2" "$1/recovery.signal"', dataOf(folder), victim)).toBe(0);
    const written = writeOwned(join(dataOf(folder), "recovery.signal"), "x", runnerOf(home));
    await expect(written).rejects.toThrow("Permission denied");
    expect(tried('rm -r "$1" && ln -s "$2" "$1"', dataOf(folder), victims)).toBe(0);
    await expect(writeOwned(join(dataOf(folder), "new"), "x", runnerOf(home))).rejects.toThrow("Permission denied");
    await discard(folder, runnerOf(home));
    expect(readFileSync(victim, "utf8")).toBe("root's own");
    expect(readdirSync(victims)).toEqual(["file"]);
    expect(() => statSync(folder)).toThrow("ENOENT");
  });
});
