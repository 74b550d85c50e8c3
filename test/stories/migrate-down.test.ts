import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createDatabase } from "../../src/database/database.ts";
import type { JournalEvent } from "../../src/domain/execution-event.ts";
import {
  eventsOf,
  mutations,
  type Outcome,
  openRig,
  type Rig,
  runningRevisions,
  serviceRevision,
  vulcanOps,
} from "../support/sandbox-harness.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("bad-but-healthy", 300);
});
beforeEach(async () => {
  rig.sandbox.clearFaults();
  await rig.sandbox.reset("bad-but-healthy");
});
afterAll(() => rig.close());

const ANSWERS = ["--yes", "--confirm", "drop licences.seats", "--confirm", "41"];

function down(...flags: string[]): Promise<Outcome> {
  return vulcanOps(["migrate", "down", ...flags, "--state-dir", rig.stateDir], { columns: 200 });
}

interface Listed {
  readonly newest: number;
  readonly applied: readonly { readonly version: number; readonly appliedAt: string }[];
}

async function listed(): Promise<Listed> {
  return JSON.parse((await vulcanOps(["migrate", "status", "--from", "sql", "--output", "json"])).stdout);
}

const writes = (): string[] => mutations(rig.sandbox);
const steps = (text: string, type: string): (string | undefined)[] =>
  eventsOf(text).flatMap((event) => (event.type === type ? [(event as JournalEvent & { step?: string }).step] : []));

describe("migrate down 2, from 8", () => {
  it("by ECS Exec: exactly 8 and 7 are gone, the service is on the image that fits, at its size, and nothing came back", async () => {
    const before = await listed();
    const { code, stdout } = await down("2", ...ANSWERS, "--expect-current", "8", "--output", "ndjson");
    expect(code).toBe(0);
    expect((await listed()).applied).toEqual(before.applied.slice(0, 6));
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:41");
    expect(runningRevisions(rig.sandbox).filter((name) => name === "vulcan-prod:41")).toHaveLength(3);
    // Protect, one task, the canary and the Down, release, revert, three tasks.
    expect(writes().filter((name) => name !== "TerminateSession")).toEqual([
      "UpdateTaskProtection",
      "UpdateService",
      "ExecuteCommand",
      "ExecuteCommand",
      "ExecuteCommand",
      "UpdateTaskProtection",
      "UpdateService",
      "UpdateService",
    ]);
    expect(steps(stdout, "step.failed")).toEqual([]);
  });

  it("in a task of its own: the service goes back first, and no task of the newer image is left when it runs", async () => {
    const before = await listed();
    const { code, stderr, stdout } = await down("2", "--via", "task", ...ANSWERS, "--expect-current", "43");
    expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
    expect((await listed()).applied).toEqual(before.applied.slice(0, 6));
    expect(runningRevisions(rig.sandbox)).toEqual(["vulcan-prod:41", "vulcan-prod:41", "vulcan-prod:41"]);
    expect(writes()).toEqual(["UpdateService", "RunTask"]);
  });

  it("done already: nothing to do, nothing sent, exit 0", async () => {
    await down("2", "--via", "task", ...ANSWERS, "--expect-current", "43");
    const sent = writes();
    const again = await down("--to", "6", ...ANSWERS);
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining("the schema is at migration 6 already") });
    expect(writes()).toEqual(sent);
  });

  it("while another operator's vulcan-ops migrates in the same database: exit 5, nothing is sent", async () => {
    const other = createDatabase(rig.sandbox.databaseUrl);
    expect(await other.holdMigrationLock()).toBe(true);
    const { code, stderr } = await down("2", ...ANSWERS, "--expect-current", "8").finally(() => other.close());
    expect([code, stderr]).toEqual([
      5,
      expect.stringMatching(/another vulcan-ops migrates in this database: session \d+/),
    ]);
    expect(writes()).toEqual([]);
  });

  it("shown beforehand: the command that works, what is lost, and that it has no undo; nothing is sent", async () => {
    const { code, stdout } = await down("2", "--dry-run", "--verbose");
    expect(code).toBe(0);
    expect(stdout).toMatch(/aws ecs execute-command .* --interactive .*--command 'vulcan migrate down 2'/);
    expect(stdout).toContain("drops licences.seats (2 values");
    expect(stdout).toContain("drops documents.checksum (0 values");
    expect(stdout).toMatch(/ Asks +type {2}drop licences\.seats/);
    expect(stdout).toContain("NO UNDO");
    expect(writes()).toEqual([]);
  });
});

describe("what is asked for and cannot be", () => {
  it.each([
    [["9"], "only 8 migrations are applied"],
    [["0"], "steps"],
    [["-1"], "-1"],
    [["1.5"], "steps"],
    [["two"], "steps"],
    [["--to", "9"], "the schema is at migration 8"],
    [["--to", "-2"], "version"],
    [[], "specify a number of steps, or --to VERSION (the version to keep)"],
    [["2", "--to", "6"], "a number of steps and --to VERSION exclude each other; give one"],
    [["2", "--from", "sql"], "migrate down takes no --from"],
    [["2", "--via", "ssh"], "via"],
  ])("%j: exit 6, nothing is sent", async (words, text) => {
    const { code, stderr } = await down(...words, ...ANSWERS);
    expect([code, stderr]).toEqual([6, expect.stringContaining(text)]);
    expect(writes()).toEqual([]);
  });

  it("a hole among those that would go: exit 6", async () => {
    const client = new pg.Client({ connectionString: rig.sandbox.databaseUrl });
    await client.connect();
    await client.query("DELETE FROM migrations WHERE version = 7");
    await client.end();
    const { code, stderr } = await down("--to", "6", ...ANSWERS);
    expect([code, stderr]).toEqual([6, expect.stringContaining("migration 7 is missing above 6")]);
    expect(writes()).toEqual([]);
  });

  it("without the text that names what is lost: exit 6, which names it", async () => {
    const { code, stderr } = await down("2", "--yes", "--expect-current", "8");
    expect([code, stderr]).toEqual([6, expect.stringContaining("--confirm 'drop licences.seats'")]);
    expect(writes()).toEqual([]);
  });
});
