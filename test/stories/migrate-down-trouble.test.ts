import { ECSClient, StopTaskCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Fault } from "../../src/sandbox/index.ts";
import { runningTasks } from "../aws/ecs-exec/support.ts";
import { sample } from "../support/sample.ts";
import { openRig, type Rig, runningRevisions } from "../support/sandbox-harness.ts";
import {
  down,
  ear,
  ended,
  expectTakenBack,
  expectUntouched,
  goOn,
  idOf,
  killDown,
  report,
  rows,
  runs,
  sql,
  standing,
  writes,
} from "../support/stories/down.ts";

const vulcan = { killedMigrationLivesOn: false };
const MINUTES = 60_000;
const timings = { execIdle: 20 * MINUTES };
let rig: Rig;
let before: readonly string[];
beforeAll(async () => {
  rig = await openRig("bad-but-healthy", 300, { vulcan, timings });
});
beforeEach(async () => {
  vulcan.killedMigrationLivesOn = false;
  timings.execIdle = 20 * MINUTES;
  rig.sandbox.clearFaults();
  await rig.sandbox.reset("bad-but-healthy");
  before = await rows(rig);
});
afterAll(() => rig.close());

/** Sessions in their order: 1 the canary, 2 the start, 3 the follower. */
const arm = (nth: number, fault: Pick<Fault, "kind" | "bytes" | "ms">): void =>
  rig.sandbox.inject({ operation: "DataChannel", when: "before", nth, ...fault });

/** A command as it is printed: the options that were typed are repeated. */
const typed = (words: string): string => `vulcan-ops ${words} --state-dir ${rig.stateDir}`;
const expectDone = () => expectTakenBack(rig, before.slice(0, 6));
const expectPutBack = () => expectUntouched(rig, before);

describe("a connection that is lost", () => {
  it.each<[string, number, Pick<Fault, "kind" | "bytes" | "ms">]>(
    sample(
      [
        ["before the start: it is started once, by another session", 2, { kind: "channel-close", bytes: 1 }],
        ["behind the start: nothing is started again", 2, { kind: "channel-truncate", bytes: 10 }],
        ["while it runs, again and again", 3, { kind: "channel-drop", bytes: 60 }],
        ["while it runs, with its session", 3, { kind: "channel-close", bytes: 60 }],
        ["at its last words", 3, { kind: "channel-truncate", bytes: 10 }],
        ["before its first words", 3, { kind: "channel-close", bytes: 1 }],
      ],
      2,
    ),
  )("%s: exit 0, taken back once", async (_name, nth, fault) => {
    arm(nth, fault);
    const outcome = await down(rig, ["2"]);
    expect(ended(outcome)).toMatchObject({ code: 0, failed: [] });
    expect(rig.sandbox.state().faults).toMatchObject([{ struck: 1 }]);
    await expectDone();
  });
});

describe("a Down that is killed in the middle", () => {
  // Whoever follows it speaks every ten seconds of real time, which keeps a session of real time alive.
  beforeEach(async () => {
    timings.execIdle = 300 * 20 * MINUTES;
    await rig.sandbox.reset();
    before = await rows(rig);
  });

  it("has done nothing: exit 1, all that was held is put back", async () => {
    const free = await report(rig, "documents");
    const running = down(rig, ["2"]);
    await standing(rig);
    await killDown(rig);
    const { code, reason, text, next } = ended(await running);
    await free();
    expect([code, reason]).toEqual([1, "down-not-done"]);
    expect(text).toContain("nothing was rolled back: migration 8 is still the newest");
    expect(next).not.toContainEqual(expect.stringContaining("resume"));
    await expectPutBack();
  });

  it("with its task: exit 1, all that was held is put back", { tags: ["variant"] }, async () => {
    const free = await report(rig, "documents");
    const running = down(rig, ["2"]);
    await standing(rig);
    const [task = ""] = runningTasks(rig.sandbox);
    await new ECSClient({}).send(new StopTaskCommand({ cluster: "vulcan-prod", task }));
    expect(ended(await running)).toMatchObject({ code: 1, reason: "down-not-done" });
    await free();
    expect(await rows(rig)).toEqual(before);
    expect(runningRevisions(rig.sandbox)).toEqual(["vulcan-prod:43", "vulcan-prod:43", "vulcan-prod:43"]);
  });

  it("and whose session lives on is waited for: exit 0, taken back once", { tags: ["variant"] }, async () => {
    vulcan.killedMigrationLivesOn = true;
    await rig.sandbox.reset();
    before = await rows(rig);
    const free = await report(rig, "documents");
    const { heard, until } = ear();
    const running = down(rig, ["2"], { heard });
    await standing(rig);
    await killDown(rig);
    await until("still at work");
    await free();
    expect(ended(await running)).toMatchObject({ code: 0, failed: [] });
    await expectDone();
  });
});

describe("Ctrl-C while it runs", () => {
  it("leaves it running and holds on: exit 130; resume sees its end, exit 0, taken back once", async () => {
    const free = await report(rig, "documents");
    const stop = new AbortController();
    const running = down(rig, ["2"], { stop: stop.signal });
    await standing(rig);
    stop.abort(130);
    const stopped = await running;
    expect(ended(stopped)).toMatchObject({
      code: 130,
      failed: [],
      text: expect.stringContaining("stopped watching at step 11/18 (down)"),
    });
    expect(await rows(rig)).toEqual(before);
    expect(writes(rig)).toEqual(["UpdateTaskProtection", "UpdateService"]);
    const resumed = goOn(rig, idOf(stopped));
    await free();
    expect(ended(await resumed)).toMatchObject({ code: 0, failed: [] });
    await expectDone();
  });

  it("and resumed when it has long ended: exit 0, taken back once", { tags: ["variant"] }, async () => {
    const free = await report(rig, "documents");
    const stop = new AbortController();
    const running = down(rig, ["2"], { stop: stop.signal });
    await standing(rig);
    stop.abort(130);
    const stopped = await running;
    await free();
    await expect.poll(() => runs(rig)).toEqual(["down 2 → 0"]);
    expect(ended(await goOn(rig, idOf(stopped)))).toMatchObject({ code: 0, failed: [] });
    await expectDone();
  });

  it("between the Down and the revert: all stays held, exit 7 says so; resume goes on to the end", async () => {
    const { heard, until } = ear();
    const stop = new AbortController();
    const running = down(rig, ["2"], { stop: stop.signal, heard });
    await until("migration 6 is the newest, 2 rolled back");
    stop.abort(130);
    const stopped = await running;
    expect(ended(stopped)).toMatchObject({ code: 7, reason: "image-schema-mismatch", failed: [] });
    expect(runningRevisions(rig.sandbox)).toEqual(["vulcan-prod:43"]);
    expect(ended(await goOn(rig, idOf(stopped)))).toMatchObject({ code: 0, failed: [] });
    await expectDone();
  });
});

describe("a Down that fails", () => {
  it("is rolled back whole: exit 1 with its log lines, all that was held is put back", {
    tags: ["variant"],
  }, async () => {
    await sql(rig, "CREATE VIEW sums AS SELECT checksum FROM documents");
    const outcome = await down(rig, ["2"]);
    const { code, reason, text, next } = ended(outcome);
    expect([code, reason]).toEqual([1, "down-failed"]);
    expect(text).toContain("exited with 1; its transaction was rolled back, nothing was rolled back: migration 8");
    expect(outcome.stdout).toContain(
      "cannot drop column checksum of table documents because other objects depend on it",
    );
    expect(next).not.toContainEqual(expect.stringContaining("resume"));
    expect(runs(rig)).toEqual(["down 2 → 1"]);
    await expectPutBack();
  });

  it("half-way: exit 7, the version on top is said, all stays held; down --to and resume bring it to its end", {
    tags: ["variant"],
  }, async () => {
    await sql(rig, "CREATE VIEW seats AS SELECT seats FROM licences");
    const half = await down(rig, ["2"]);
    const { code, reason, text, next, failed } = ended(half);
    expect([code, reason, failed]).toEqual([7, "image-schema-mismatch", ["down: down-partial"]]);
    expect(text).toContain("only a part was rolled back: migration 7 is the newest now, 6 was to be");
    expect(next).toEqual(expect.arrayContaining([typed("migrate down --to 6"), typed(`resume ${idOf(half)}`)]));
    expect(await rows(rig)).toEqual(before.slice(0, 7));
    expect(runningRevisions(rig.sandbox)).toEqual(["vulcan-prod:43"]);
    expect(writes(rig)).toEqual(["UpdateTaskProtection", "UpdateService"]);
    expect(ended(await goOn(rig, idOf(half), "undo"))).toMatchObject({ code: 7, reason: "image-schema-mismatch" });
    expect(runningRevisions(rig.sandbox)).toEqual(["vulcan-prod:43"]);
    await sql(rig, "DROP VIEW seats");
    expect(ended(await down(rig, ["--to", "6", "--expect-current", "7"]))).toMatchObject({ code: 0, failed: [] });
    expect(ended(await goOn(rig, idOf(half)))).toMatchObject({ code: 0, failed: [] });
    expect(await rows(rig)).toEqual(before.slice(0, 6));
    expect(runningRevisions(rig.sandbox).filter((name) => name === "vulcan-prod:41")).toHaveLength(3);
  });
});

describe("a revert that fails after the Down", () => {
  it("all stays held, exit 7 says so; resume reverts, and puts it back", async () => {
    rig.sandbox.inject({ operation: "UpdateService", nth: 2, when: "before", kind: "throttle" });
    const stuck = await down(rig, ["2"]);
    const { code, reason, text, next, failed } = ended(stuck);
    expect([code, reason, failed]).toEqual([7, "image-schema-mismatch", ["revert: aws-throttled"]]);
    expect(text).toContain("AWS throttled ecs:UpdateService");
    expect(text).toContain("the schema is at migration 6, vulcan-prod:43 is made for 8");
    expect(next).toContain(typed(`resume ${idOf(stuck)}`));
    expect(runningRevisions(rig.sandbox)).toEqual(["vulcan-prod:43"]);
    expect(ended(await goOn(rig, idOf(stuck)))).toMatchObject({ code: 0, failed: [] });
    await expectDone();
  });
});
