import { describe, expect, it } from "vitest";
import type { ExecutionEnded } from "../../../src/domain/execution-event.ts";
import { renderEvent } from "../../../src/ui/render/event.ts";
import { summarise } from "../../../src/ui/render/execution-summary.ts";

const IDENTITY = {
  target: { name: "prod", service: "vulcan-prod", region: "eu-west-1", production: true },
  account: "111122223333",
};
const ended = (outcome: string, more: Partial<ExecutionEnded>): ExecutionEnded => ({
  at: "2026-04-10T03:58:24.000Z",
  execution: "7k2m",
  type: "execution.ended",
  status: "done",
  exitCode: 0,
  text: outcome,
  outcome,
  identity: IDENTITY,
  next: ["vulcan-ops watch --for 10m", "vulcan-ops show 7k2m"],
  unfinished: [],
  ...more,
});

const INTERRUPTED = {
  status: "interrupted",
  exitCode: 130,
  reason: "interrupted",
  next: ["vulcan-ops resume 7k2m", "vulcan-ops undo 7k2m"],
} as const;
const TAKEN = {
  status: "guarded",
  exitCode: 5,
  reason: "lock-lost",
  next: ["vulcan-ops show b7k2mq", "vulcan-ops resume 7k2m"],
} as const;
const FAILED = {
  status: "failed",
  exitCode: 1,
  reason: "health-failing",
  next: ["vulcan-ops undo 7k2m", "vulcan-ops logs --revision 42"],
} as const;
const SIZE = {
  kind: "size",
  what: "service vulcan-prod: desired tasks",
  before: 3,
  now: 1,
  command: "vulcan-ops resume 7k2m",
} as never;

const ENDS: Readonly<Record<string, readonly ExecutionEnded[]>> = {
  rollback: [
    ended("Rolled back vulcan-prod to 1.42.0 (:42): 3/3 healthy, 5xx 0.1 %, took 17 min 17 s", {
      state: "Rolled back vulcan-prod to 1.42.0 (:42): 3/3 healthy, 5xx 0.1 %",
      reminders: ["the pipeline still deploys 1.43.0 (:43): pause or fix it"],
    }),
    ended("Failed at step 4/6 (rollout): 3 tasks of vulcan-prod:42 failed their health check", {
      ...FAILED,
      state: "Failed at step 4/6 (rollout): tasks fail health checks",
    }),
    ended("Stopped watching at step 6/6 (drained); AWS continues with what was sent", {
      ...INTERRUPTED,
      state: "Stopped watching at step 6/6 (drained): AWS continues",
    }),
    ended("Stopped before step 3/6 (revert): execution b7k2mq of bob took the target over", {
      ...TAKEN,
      state: "Stopped before step 3/6 (revert): taken over",
    }),
  ],
  maintenance: [
    ended("Migrated vulcan-prod to 8 with 2.0.0 (:43): migrations 6 → 8, 3/3 healthy, STABLE, took 1 h 10 min", {
      state: "Migrated vulcan-prod to 8 with 2.0.0 (:43): 3/3 healthy, STABLE",
    }),
    ended("Failed at step 11/23 (migrate): Migration failed version=8", { ...FAILED, unfinished: [SIZE] }),
    ended("Cancelled at step 11/23 (migrate); put back: Scale down to one task; nothing else is in effect", {
      status: "declined",
      exitCode: 1,
      reason: "declined",
      next: ["run the same command again"],
      state: "Cancelled at step 11/23 (migrate): all put back",
    }),
    ended("Stopped before step 13/23 (grow): execution b7k2mq of bob took the target over", {
      ...TAKEN,
      state: "Stopped before step 13/23 (grow): taken over, 1 change unfinished",
      unfinished: [SIZE],
    }),
  ],
  restore: [
    ended("Restored vulcan-prod to 2026-04-10 03:41:00Z as vulcan-prod-then: data proven, took 24 min", {}),
    ended("Stopped watching at step 4/20 (restore); AWS continues with what was sent", INTERRUPTED),
  ],
  "migrate down": [
    ended("Migrated down the database to 7: migrations 8 → 7, took 6 min 2 s", {}),
    ended("Outcome unknown at step 7/18 (downTask): the time limit passed", {
      status: "unknown",
      exitCode: 7,
      reason: "down-still-going",
    }),
  ],
  undo: [
    ended("Undone: redeployed 1.43.0 (:43) on vulcan-prod", { status: "undone" }),
    ended("Nothing to undo: vulcan-prod already runs vulcan-prod:43", { status: "undone" }),
    ended("Cancelled at step 3/6 (revert); nothing was sent", {
      status: "declined",
      exitCode: 3,
      reason: "declined",
      next: ["vulcan-ops show 7k2m"],
    }),
  ],
};

describe("END", () => {
  it.each([40, 80, 120])("golden: of each procedure at %i columns", async (columns) => {
    const display = { columns, colour: false, unicode: true, live: false };
    const text = Object.entries(ENDS)
      .map(([name, ends]) => `# ${name}\n${ends.map((end) => renderEvent(end, display)).join("\n")}`)
      .join("\n");
    await expect(text).toMatchFileSnapshot(`../../golden/ui/end-${columns}.txt`);
  });

  it("is green where all went well", () => {
    const text = renderEvent(ENDS.rollback?.[0] as ExecutionEnded, {
      columns: 120,
      colour: true,
      unicode: true,
      live: false,
    });
    expect(text).toContain(
      "\u001b[32mRolled back vulcan-prod to 1.42.0 (:42): 3/3 healthy, 5xx 0.1 %. Next: vulcan-ops watch",
    );
    expect(text).toContain("\u001b[1;7;31m PRODUCTION \u001b[22;27;39mvulcan-prod · 111122223333 · eu-west-1");
  });

  it("of a journal of before 0.3 reads as it did", () => {
    const { outcome: _o, identity: _p, unfinished: _u, ...old } = ended("all is well", {});
    expect(renderEvent(old, { columns: 80, colour: false, unicode: true, live: false })).toContain(
      "END       done: all is well",
    );
    expect(summarise([], old)).toMatchObject({ text: "all is well", outcome: "all is well" });
  });

  it("in JSON carries the sentence and the environment", () => {
    expect(summarise([], ENDS.rollback?.[0] as ExecutionEnded)).toMatchObject({
      outcome: expect.stringMatching(/^Rolled back/),
      identity: "PRODUCTION vulcan-prod · 111122223333 · eu-west-1",
    });
  });
});
