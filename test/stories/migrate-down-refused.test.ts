import { ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sample } from "../support/sample.ts";
import { mutations, openRig, type Rig, runningRevisions, vulcanOps } from "../support/sandbox-harness.ts";
import {
  asked,
  down,
  ended,
  expectUntouched,
  report,
  rows,
  runs,
  sql,
  whenHeard,
  writes,
} from "../support/stories/down.ts";

const LOCK = 7_233_001;
/** As if a task had applied it anew. */
const AGAIN = "UPDATE migrations SET applied_at = now() WHERE version = 8";
const vulcan: { withoutShell?: boolean; readOnlyRoot?: boolean; downExits?: number } = {};
let rig: Rig;
let before: readonly string[];
beforeAll(async () => {
  rig = await openRig("bad-but-healthy", 300, { vulcan });
});
beforeEach(async () => {
  for (const name of Object.keys(vulcan) as (keyof typeof vulcan)[]) delete vulcan[name];
  await world();
});
afterAll(() => rig.close());

async function world(scenario = "bad-but-healthy", traits: typeof vulcan = {}): Promise<void> {
  Object.assign(vulcan, traits);
  rig.sandbox.clearFaults();
  await rig.sandbox.reset(scenario);
  before = await rows(rig);
}

describe("where no command can be run in a container", () => {
  it("ECS Exec is off in the tasks: exit 11 with the command that turns it on; nothing is sent", async () => {
    const names = { cluster: "vulcan-prod", service: "vulcan-prod" };
    const change = { ...names, enableExecuteCommand: false, forceNewDeployment: true };
    await new ECSClient({}).send(new UpdateServiceCommand(change));
    await expect.poll(() => rig.sandbox.state().services[0]?.deployments.length).toBe(1);
    const sent = mutations(rig.sandbox);
    const { code, stderr } = await down(rig, ["2"]);
    expect([code, stderr]).toEqual([11, expect.stringMatching(/ECS Exec is off in/)]);
    expect(stderr).toContain("--enable-execute-command");
    expect(mutations(rig.sandbox)).toEqual(sent);
  });

  it("the root file system is read-only, so the agent does not run: exit 11, --via task is named; nothing is sent", async () => {
    await world("bad-but-healthy", { readOnlyRoot: true });
    const { code, stderr } = await down(rig, ["2"]);
    expect([code, stderr]).toEqual([11, expect.stringMatching(/exec-(root-readonly|agent-down)/)]);
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it("another value is said to be current: exit 11, which names the right one; nothing is sent", async () => {
    for (const [words, right] of [
      [["2"], "step down replaces 8"],
      [["2", "--via", "task"], "step revertFirst replaces 43"],
    ] as const) {
      const { code, stderr } = await down(rig, [...words, "--expect-current", "42"]);
      expect([code, stderr]).toEqual([11, expect.stringContaining(right)]);
      expect(mutations(rig.sandbox)).toEqual([]);
    }
  });

  it("no task is healthy: exit 11; nothing is sent", async () => {
    await world("bad-release");
    const { code, stderr } = await down(rig, ["2"]);
    expect([code, stderr]).toEqual([11, expect.stringMatching(/no task of vulcan-prod:43 is (HEALTHY|RUNNING)/i)]);
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it("the container that is named does not exist: exit 11, which names those that do; nothing is sent", async () => {
    const { code, stderr } = await down(rig, ["2", "--container", "sidecar"]);
    expect([code, stderr]).toEqual([11, expect.stringContaining("there is no container sidecar, only vulcan")]);
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it("the image has no shell: exit 1 before the Down, --via run-task is named, all that was held is put back", async () => {
    await world("bad-but-healthy", { withoutShell: true });
    const { code, reason, text } = ended(await down(rig, ["2"]));
    expect([code, reason, text]).toEqual([1, "exec-no-shell", expect.stringContaining("has no /bin/sh")]);
    expect(runs(rig)).toEqual([]);
    await expectUntouched(rig, before);
  });
});

describe("a command that exits with another code", () => {
  it.each(sample([3, 126, 127, 137], 2))(
    "%i comes back as it is: exit 1, all that was held is put back",
    async (exits) => {
      await world("bad-but-healthy", { downExits: exits });
      const { code, reason, text } = ended(await down(rig, ["2"]));
      expect([code, reason, text]).toEqual([1, "down-failed", expect.stringContaining(`exited with ${exits};`)]);
      expect(runs(rig)).toEqual([`down 2 → ${exits}`]);
      await expectUntouched(rig, before);
    },
  );
});

describe("somebody else who migrates", () => {
  it("after the plan was shown: it is told, nothing is sent", async () => {
    const heard = await whenHeard(rig, "execution.started", AGAIN);
    const { code, reason } = ended(await down(rig, ["2"], { heard }));
    // The statement arrives while the program goes on: it is seen when the step is read again, or right before the request.
    expect([
      [11, "migrations-changed"],
      [1, "migrations-differ"],
    ]).toContainEqual([code, reason]);
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it("while the service is scaled down: the Down is not started, all that was held is put back", async () => {
    rig.sandbox.inject({ operation: "UpdateService", when: "before", kind: "stall", ms: 1000 });
    const running = down(rig, ["2"]);
    await asked(rig, "UpdateService");
    await sql(rig, AGAIN);
    before = await rows(rig);
    expect(ended(await running)).toMatchObject({ code: 11, reason: "migrations-changed" });
    expect(runs(rig)).toEqual([]);
    await expectUntouched(rig, before);
  });

  it("and holds the lock: it is said who, exit 11, nothing is sent", async () => {
    const free = await report(rig, "documents", `SELECT pg_advisory_lock(${LOCK})`);
    const { code, stderr } = await down(rig, ["2"]);
    await free();
    expect([code, stderr]).toEqual([11, expect.stringMatching(/migration locks are held or awaited: a report \(\d+/)]);
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it("is not who holds an advisory lock of another key: it is said, and blocks neither a Down nor a window", async () => {
    const free = await report(rig, "documents", "SELECT pg_advisory_lock(770, 1)");
    const dry = ["--dry-run", "--verbose", "--state-dir", rig.stateDir];
    const found = [
      await vulcanOps(["migrate", "down", "2", ...dry], { columns: 300 }),
      await vulcanOps(["maintenance", "--to", "42", ...dry], { columns: 300 }),
      await vulcanOps(["migrate", "status", "--from", "sql"], { columns: 300 }),
    ].map(({ code, stdout, stderr }) => ({ code, text: `${stdout}${stderr}` }));
    await free();
    for (const { code, text } of found) {
      expect(text).toMatch(/advisory locks not known to be a migration's: a report \(PID \d+\) 770, 1/);
      expect(text).not.toMatch(/the migration locks are held|a migration is running/);
      expect(code).toBe(0);
    }
  });

  it("by hand, at the last moment: ours is not started, no further migration goes, all stays held, exit 7", async () => {
    rig.sandbox.inject({ operation: "ExecuteCommand", when: "before", kind: "stall", ms: 5000 });
    const running = down(rig, ["2"]);
    await asked(rig, "ExecuteCommand");
    await sql(rig, "ALTER TABLE documents DROP COLUMN checksum", "DELETE FROM migrations WHERE version = 8");
    const { code, reason, text, failed } = ended(await running);
    expect([code, reason, failed]).toEqual([7, "image-schema-mismatch", ["down: migrations-changed"]]);
    expect(text).toContain("no longer those that were shown");
    expect(await rows(rig)).toEqual(before.slice(0, 7));
    expect(runs(rig)).toEqual([]);
    expect(runningRevisions(rig.sandbox)).toEqual(["vulcan-prod:43"]);
    expect(writes(rig)).toEqual(["UpdateTaskProtection", "UpdateService"]);
  });
});
