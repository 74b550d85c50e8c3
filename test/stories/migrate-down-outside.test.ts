import { ApplicationAutoScalingClient, DescribeScalableTargetsCommand } from "@aws-sdk/client-application-auto-scaling";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Fault } from "../../src/sandbox/index.ts";
import { start } from "../support/process.ts";
import { sample } from "../support/sample.ts";
import { openRig, type Rig, runningRevisions, serviceRevision } from "../support/sandbox-harness.ts";
import {
  asked,
  down,
  downWords,
  ended,
  expectTakenBack,
  gone,
  goOn,
  idOf,
  report,
  rows,
  runs,
  sql,
  standing,
  writes,
} from "../support/stories/down.ts";

const SPEED = 300;
let rig: Rig;
let before: readonly string[];
beforeAll(async () => {
  rig = await openRig("bad-but-healthy", SPEED);
});
beforeEach(() => world("bad-but-healthy"));
afterAll(() => rig.close());

async function world(scenario: string): Promise<void> {
  rig.sandbox.clearFaults();
  await rig.sandbox.reset(scenario);
  before = await rows(rig);
}

const arm = (fault: Pick<Fault, "operation" | "kind" | "when"> & Partial<Fault>): void => rig.sandbox.inject(fault);
const expectDone = () => expectTakenBack(rig, before.slice(0, 6));

describe("a laptop that sleeps for 25 minutes in the middle, which no session outlives", { tags: ["variant"] }, () => {
  it.each([
    ["and the Down ends meanwhile", true],
    ["and the Down goes on when it wakes", false],
  ])("%s: exit 0, taken back once", async (_name, endsMeanwhile) => {
    const free = await report(rig, "licences");
    const { child, ended: end } = start(downWords(rig, ["2"]));
    await standing(rig);
    child.kill("SIGSTOP");
    if (endsMeanwhile) await free();
    await gone(rig, 25);
    expect(rig.sandbox.state().sessions.filter(({ state }) => state === "running")).toEqual([]);
    child.kill("SIGCONT");
    await free();
    expect((await end).code).toBe(0);
    await expectDone();
  });
});

describe("an ExecuteCommand in trouble", () => {
  // In their order: 1 the canary, 2 the start, 3 the follower.
  it.each<[number, Fault["kind"], Fault["when"]]>(
    sample(
      [
        [1, "throttle", "before"],
        [1, "reset", "after"],
        [2, "throttle", "before"],
        [2, "reset", "before"],
        [2, "reset", "after"],
        [2, "http500-json", "after"],
        [3, "throttle", "before"],
        [3, "reset", "after"],
      ],
      2,
    ),
  )("number %i, %s %s its effect: exit 0, taken back once", async (nth, kind, when) => {
    arm({ operation: "ExecuteCommand", nth, kind, when });
    expect(ended(await down(rig, ["2"]))).toMatchObject({ code: 0, failed: [] });
    expect(rig.sandbox.state().faults).toMatchObject([{ struck: 1 }]);
    await expectDone();
  });

  it("refused for good: exit 4, nothing was started, all that was held is put back", async () => {
    arm({ operation: "ExecuteCommand", kind: "access-denied", when: "before", times: 100 });
    const { code, reason, text } = ended(await down(rig, ["2"]));
    expect([code, reason, text]).toEqual([4, "aws-refused", expect.stringContaining("ecs:ExecuteCommand")]);
    expect([runs(rig), await rows(rig)]).toEqual([[], before]);
    expect(runningRevisions(rig.sandbox)).toHaveLength(3);
  });

  it("so that nobody sees its end in time: exit 7, all stays held; resume sees it, taken back once", {
    tags: ["variant"],
  }, async () => {
    arm({ operation: "ExecuteCommand", nth: 3, kind: "not-connected", when: "before", times: 100 });
    const free = await report(rig, "documents");
    const lost = await down(rig, ["2"]);
    const { code, reason, text } = ended(lost);
    expect([code, reason, text]).toEqual([7, "migration-under-way", expect.stringMatching(/vulcan migrate \(\d+\)/)]);
    expect(writes(rig)).toEqual(["UpdateTaskProtection", "UpdateService"]);
    rig.sandbox.clearFaults();
    await free();
    expect(ended(await goOn(rig, idOf(lost)))).toMatchObject({ code: 0, failed: [] });
    await expectDone();
  });
});

describe("auto scaling that would start tasks", () => {
  const settings = async () => {
    const command = new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs" });
    const { ScalableTargets = [] } = await new ApplicationAutoScalingClient({}).send(command);
    return ScalableTargets.map(({ MinCapacity, MaxCapacity, SuspendedState }) => [
      MinCapacity,
      MaxCapacity,
      SuspendedState,
    ]);
  };

  it("is held while the Down runs for ten minutes in one task, and afterwards is exactly as it was", async () => {
    await world("autoscaler-fights");
    const was = await settings();
    const free = await report(rig, "licences");
    const running = down(rig, ["2"]);
    await standing(rig);
    await gone(rig, 10);
    expect(runningRevisions(rig.sandbox)).toEqual(["vulcan-prod:43"]);
    await free();
    expect(ended(await running)).toMatchObject({ code: 0, failed: [] });
    expect(await settings()).toEqual(was);
    expect(await rows(rig)).toEqual(before.slice(0, 6));
    expect(runs(rig)).toEqual(["down 2 → 0"]);
  });
});

describe("a Down in a task of its own", () => {
  it("whose RunTask is not answered: exit 0, one task only, taken back once", async () => {
    arm({ operation: "RunTask", kind: "reset", when: "after" });
    expect(ended(await down(rig, ["2", "--via", "task"]))).toMatchObject({ code: 0, failed: [] });
    expect(rig.sandbox.state().standalone).toHaveLength(1);
    expect(writes(rig)).toEqual(["UpdateService", "RunTask"]);
    await expectDone();
  });

  it("that fails: exit 1 with the lines of its log, no row is gone", async () => {
    await sql(rig, "CREATE VIEW sums AS SELECT checksum FROM documents");
    const outcome = await down(rig, ["2", "--via", "task"]);
    const { code, reason, text } = ended(outcome);
    expect([code, reason, text]).toEqual([1, "down-failed", expect.stringContaining("exited with 1")]);
    expect(outcome.stdout).toContain("cannot drop column checksum of table documents");
    expect([runs(rig), await rows(rig)]).toEqual([["down 2 → 1"], before]);
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:41");
  });

  it("and Ctrl-C: exit 130, it goes on; resume sees its end, exit 0, taken back once", async () => {
    const free = await report(rig, "documents");
    const stop = new AbortController();
    const running = down(rig, ["2", "--via", "task"], { stop: stop.signal });
    await asked(rig, "RunTask");
    await standing(rig);
    stop.abort(130);
    const stopped = await running;
    expect(ended(stopped)).toMatchObject({ code: 130, failed: [] });
    await free();
    expect(ended(await goOn(rig, idOf(stopped)))).toMatchObject({ code: 0, failed: [] });
    await expectDone();
  });
});
