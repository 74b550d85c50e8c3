import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Fault } from "../../src/sandbox/index.ts";
import { openRig, type Rig, runningRevisions, serviceRevision } from "../support/rig.ts";
import { down, ended, goOn, idOf, killDown, report, rows, runs, sql, standing, writes } from "./down-support.ts";

const vulcan = { killedMigrationLivesOn: false };
let rig: Rig;
let before: readonly string[];
beforeAll(async () => {
  rig = await openRig("bad-but-healthy", 300, { vulcan });
});
beforeEach(async () => {
  vulcan.killedMigrationLivesOn = false;
  rig.sandbox.clearFaults();
  await rig.sandbox.reset("bad-but-healthy");
  before = await rows(rig);
});
afterAll(() => rig.close());

/** Sessions in their order: 1 the canary, 2 the start, 3 the follower. */
const arm = (nth: number, fault: Pick<Fault, "kind" | "bytes" | "ms">): void =>
  rig.sandbox.inject({ operation: "DataChannel", when: "before", nth, ...fault });

async function expectDone(): Promise<void> {
  expect(await rows(rig)).toEqual(before.slice(0, 6));
  expect(runs(rig)).toEqual(["down 2 → 0"]);
  expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:41");
  expect(runningRevisions(rig.sandbox).filter((name) => name === "vulcan-prod:41")).toHaveLength(3);
}

async function expectPutBack(): Promise<void> {
  expect(await rows(rig)).toEqual(before);
  expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:43");
  expect(runningRevisions(rig.sandbox)).toEqual(["vulcan-prod:43", "vulcan-prod:43", "vulcan-prod:43"]);
  expect(writes(rig)).toEqual(["UpdateTaskProtection", "UpdateService", "UpdateTaskProtection", "UpdateService"]);
}

describe("a connection that is lost", () => {
  it.each<[string, number, Pick<Fault, "kind" | "bytes" | "ms">]>([
    ["before the start: it is started once, by another session", 2, { kind: "channel-close", bytes: 1 }],
    ["behind the start: nothing is started again", 2, { kind: "channel-truncate", bytes: 10 }],
    ["while it runs, again and again", 3, { kind: "channel-drop", bytes: 60 }],
    ["while it runs, with its session", 3, { kind: "channel-close", bytes: 60 }],
    ["at its last words", 3, { kind: "channel-truncate", bytes: 10 }],
    ["before its first words", 3, { kind: "channel-close", bytes: 1 }],
  ])("%s: exit 0, taken back once", async (_name, nth, fault) => {
    arm(nth, fault);
    const outcome = await down(rig, ["2"]);
    expect(ended(outcome)).toMatchObject({ code: 0, failed: [] });
    await expectDone();
  });
});
