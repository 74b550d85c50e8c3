import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventsOf, type Outcome, openRig, type Rig, runningRevisions, vulcanOps } from "../support/sandbox-harness.ts";
import { BRISK } from "../support/stories/cutover.ts";
import { names, writes } from "../support/stories/restore.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("healthy", 300, { timings: BRISK });
});
beforeEach(() => rig.sandbox.clearFaults());
afterAll(() => rig.close());

const COPY = "vulcan-prod-then";

const run = (...words: string[]): Promise<Outcome> =>
  vulcanOps([...words, "--state-dir", rig.stateDir, "--output", "ndjson"], { columns: 300 });

/** The next call of the operation is answered as accepted, and never carried out. */
const ignore = (operation: string, nth = 1) => rig.sandbox.inject({ kind: "ignored", operation, nth, when: "before" });

function ending({ stdout }: Outcome) {
  const end = eventsOf(stdout).findLast(({ type }) => type === "execution.ended");
  if (end?.type !== "execution.ended") throw new Error(stdout.slice(-2000));
  return end;
}

/** Seconds of the world's clock between a step's request and its end. */
function seconds({ stdout }: Outcome, step: string): number {
  const events = eventsOf(stdout);
  const sent = events.findIndex((event) => event.type === "step.sent" && event.step === step);
  const end = events.slice(sent).find(({ type }) => type === "step.failed" || type === "execution.ended");
  return (Date.parse(end?.at ?? "") - Date.parse(events[sent]?.at ?? "")) / 1000;
}

describe("a request that AWS accepts and never carries out", () => {
  it("rename: told after a minute with what is read, the tasks come back, and undo finds nothing to rename", async () => {
    await rig.sandbox.reset("healthy");
    // The first ModifyDBInstance sets what the restore could not.
    ignore("ModifyDBInstance", 2);
    const words = ["restore", "--latest", "--as", COPY, "--cutover", "rename", "--yes", "--confirm", "vulcan-prod"];
    const done = await run(...words);
    const { exitCode, status, reason, text, next, execution } = ending(done);
    expect([done.code, exitCode, status, reason]).toEqual([1, 1, "failed", "not-begun"]);
    expect(text).toMatch(
      /^RDS accepted the request, yet the instance is still called vulcan-prod, is available with nothing pending, and no event tells of a rename; not seen within (6|7)\d s of the request\. RDS may still carry it out/,
    );
    expect(seconds(done, "away")).toBeLessThan(80);
    expect(runningRevisions(rig.sandbox)).toHaveLength(3);
    expect(next).toContainEqual(expect.stringMatching(`^vulcan-ops undo ${execution}( --state-dir \\S+)?$`));
    expect(new Set(await names())).toEqual(new Set(["vulcan-prod", COPY]));

    const undone = await run("undo", execution, "--yes");
    expect([undone.code, ending(undone).text]).toEqual([
      0,
      expect.stringMatching(
        /^undone: changed 3 settings of vulcan-prod-then; nothing to undo: vulcan-prod is available, and its name leads to it, 3 tasks of vulcan-prod:42 serve; left where it is: /,
      ),
    ]);
    expect(runningRevisions(rig.sandbox)).toHaveLength(3);
  }, 120_000);

  it("settings of the restored instance: the step says which it lacks after a minute, and exits 1", async () => {
    await rig.sandbox.reset("healthy");
    ignore("ModifyDBInstance");
    const done = await run("restore", "--latest", "--as", COPY, "--yes");
    expect(done.code).toBe(1);
    expect(ending(done).text).toMatch(
      /vulcan-prod-then is available with nothing pending, and has not got .*Monitoring/,
    );
    expect(seconds(done, "align")).toBeLessThan(80);
  });

  it("restore: the outcome is open after a minute, and resume looks for the same instance without a second request", async () => {
    await rig.sandbox.reset("healthy");
    ignore("RestoreDBInstanceToPointInTime");
    const done = await run("restore", "--latest", "--as", COPY, "--yes");
    const { execution, text } = ending(done);
    expect([done.code, text]).toEqual([
      7,
      expect.stringMatching(/there is no instance vulcan-prod-then; not seen within/),
    ]);
    expect(seconds(done, "restore")).toBeLessThan(80);
    const again = await run("resume", execution, "--yes");
    expect(again.code).toBe(7);
    expect(writes(rig).filter((name) => name.startsWith("Restore"))).toHaveLength(1);
  });
});
