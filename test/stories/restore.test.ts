import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Outcome, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";
import { LATER, MINUTE, named, names, query, SECOND, startBeats, writes } from "../support/stories/restore.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("healthy", 60, { timings: LATER });
});
beforeEach(async () => {
  rig.sandbox.clearFaults();
  await rig.sandbox.reset("healthy");
});
afterAll(() => rig.close());

const COPY = "vulcan-prod-then";

function restore(flags: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return vulcanOps(["restore", ...flags, "--state-dir", rig.stateDir], { columns: 300, env });
}

const iso = (at: number): string => new Date(at).toISOString();

describe("restore --to a second in the middle of what is being written", () => {
  it("has every row before it and none after, with the source's settings; the source serves on", async () => {
    const writer = await startBeats(rig);
    const moment = Math.ceil(rig.sandbox.now() / SECOND) * SECOND + 6 * SECOND;
    while (rig.sandbox.now() < moment + 6 * SECOND) await new Promise((resolve) => setTimeout(resolve, 5));
    const before = writer.beats.length;
    const { code, stdout, stderr } = await restore(["--to", iso(moment), "--as", COPY, "--yes"]);
    await writer.stop();
    expect([code, stderr]).toEqual([0, expect.anything()]);
    expect(writer.beats.length).toBeGreaterThan(before + 100);

    const copy = await named(COPY);
    const found = (await query<{ n: number }>(rig, "SELECT n FROM beats ORDER BY n", copy)).map(({ n }) => n);
    const last = found.length - 1;
    // Every row up to the last one, without a gap, and the last one is the last before the moment.
    expect(found).toEqual(writer.beats.slice(0, found.length).map(({ n }) => n));
    expect(writer.beats[last]?.from).toBeLessThanOrEqual(moment);
    expect(writer.beats[last + 1]?.until).toBeGreaterThan(moment);

    const source = await named("vulcan-prod");
    for (const name of [
      "MultiAZ",
      "StorageType",
      "DeletionProtection",
      "MonitoringInterval",
      "VpcSecurityGroups",
    ] as const)
      expect(copy[name], name).toEqual(source[name]);
    expect(copy.PreferredMaintenanceWindow).toBe(source.PreferredMaintenanceWindow);
    expect(stdout + stderr).toContain("all 37 settings of vulcan-prod-then are as they shall be");
    expect(stdout + stderr).toContain("Nothing points at vulcan-prod-then");
    // RDS had not got there: the step before it waited, and told how long.
    expect(stdout + stderr).toMatch(/needs .*: about \d+ (min|s)/);
    expect(writes(rig)).toEqual(["RestoreDBInstanceToPointInTime", "ModifyDBInstance"]);
    const password = new URL(rig.sandbox.databaseUrl).password;
    expect(stdout + stderr).not.toContain(password);
  });
});

describe("restore --latest", () => {
  it("is done; undo puts the settings back, deletes nothing, and prints what would", async () => {
    expect((await restore(["--latest", "--as", COPY, "--yes"])).code).toBe(0);
    const { code, stdout, stderr } = await vulcanOps(["undo", "--yes", "--state-dir", rig.stateDir], { columns: 300 });
    expect(code).toBe(0);
    expect(stdout + stderr).toContain(`delete ${COPY} yourself`);
    expect(stdout + stderr).toContain(`aws rds delete-db-instance --db-instance-identifier ${COPY}`);
    expect(await names()).toEqual(["vulcan-prod", COPY]);
    expect((await named(COPY)).MonitoringInterval).toBe(0);
    expect(writes(rig)).toEqual(["RestoreDBInstanceToPointInTime", "ModifyDBInstance", "ModifyDBInstance"]);
  });

  it("without a way to the database: done, and says that nothing is proven", async () => {
    const { code, stdout, stderr } = await restore(["--latest", "--as", COPY, "--yes"], { VULCAN_DATABASE_URL: "" });
    expect(code).toBe(0);
    expect(stdout + stderr).toContain("NOT PROVEN: SQL is not set up (VULCAN_DATABASE_URL)");
  });
});

describe("restore --before-migration", () => {
  it("goes to just before it: the copy is at the migration before, and that is no fault", async () => {
    const { code, stdout, stderr } = await restore(["--before-migration", "7", "--as", COPY, "--yes"]);
    expect([code, stderr]).toEqual([0, expect.anything()]);
    expect(stdout + stderr).toContain("at migration 6, the source at 7");
    expect(await query(rig, "SELECT max(version) AS version FROM migrations", await named(COPY))).toEqual([
      { version: 6 },
    ]);
  });
});

describe("what cannot be, before anything is sent", () => {
  it.each([
    [["--to", "2026-11/12 02:30"], "a time with an offset"],
    [["--to", "11/12"], "a time with an offset"],
    [["--to", "2026-03-29T02:30:00"], "a time with an offset"],
    [["--to", "2026-06-30T23:59:60Z"], "a time with an offset"],
    [["--to", "-9d"], "lies before the earliest moment that can be restored"],
    [[], "restore to when?"],
    [["--latest", "--to", "-15m"], "give one of them"],
    [["--before-migration", "99"], "migration 99 was never applied"],
    [["--latest", "--as", "no--good"], "cannot name an instance"],
    [["--latest", "--as", "vulcan-prod"], "there is an instance vulcan-prod already"],
  ])("%j: exit 6", async (flags, text) => {
    const { code, stderr } = await restore([...flags, "--yes"]);
    expect([code, stderr]).toEqual([6, expect.stringContaining(text)]);
    expect(writes(rig)).toEqual([]);
  });

  it("a moment that has not come: exit 6", async () => {
    const { code, stderr } = await restore(["--to", iso(rig.sandbox.now() + 60 * MINUTE), "--yes"]);
    expect([code, stderr]).toEqual([6, expect.stringContaining("has not come yet")]);
  });

  it("a name that another has: exit 6, and it is left alone", async () => {
    await rig.sandbox.reset("restore-name-taken");
    const { code, stderr } = await restore(["--latest", "--as", "vulcan-prod-restored", "--yes"]);
    expect([code, stderr]).toEqual([6, expect.stringContaining("there is an instance vulcan-prod-restored already")]);
    expect(await names()).toEqual(["vulcan-prod", "vulcan-prod-restored"]);
  });
});

describe("a moment that lies six minutes back", () => {
  it("is reached already; shown as UTC and as an age; sends nothing when only shown", async () => {
    const { code, stdout } = await restore(["--to", "-6m", "--dry-run", "--verbose"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\d\dZ, 6 min( \d+ s)? ago/);
    expect(stdout.replace(/\s+/g, " ")).toContain("already restorable: RDS has");
    expect(writes(rig)).toEqual([]);
  });

  it("is shown by the reader's clock, too, unless --utc asks for UTC alone", async () => {
    const words = ["--to", "-6m", "--dry-run"];
    const env = { TZ: "Asia/Kolkata" };
    const moment = /^ Moment +(\d+ \w+ )?\d\d:\d\d UTC\+5:30$/m;
    expect((await restore(words, env)).stdout).toMatch(moment);
    expect((await restore([...words, "--utc"], env)).stdout).not.toMatch(/^ Moment /m);
  });
});
