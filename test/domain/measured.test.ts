import { describe, expect, it } from "vitest";
import type { JournalEvent } from "../../src/domain/execution-event.ts";
import { measuredWaits, usualWaits } from "../../src/domain/measured.ts";

const at = (second: number) => new Date(Date.UTC(2026, 3, 10, 3, 0, second)).toISOString();
const event = (type: string, second: number, step: string, more: object = {}) =>
  ({ type, at: at(second), execution: "7K2M", step, phase: "do", ...more }) as unknown as JournalEvent;

const JOURNAL: readonly JournalEvent[] = [
  event("step.planned", 0, "revert", { action: "ecs.updateService" }),
  event("step.confirmed", 100, "revert"),
  event("step.sent", 102, "revert"),
  event("step.verified", 110, "revert"),
  event("step.planned", 110, "rollout", { action: "ecs.waitForRollout" }),
  event("step.verified", 200, "rollout"),
  event("step.planned", 200, "stop", { action: "ecs.stopTasks" }),
  event("step.skipped", 200, "stop"),
  event("step.planned", 300, "revert", { action: "ecs.updateService", phase: "undo" }),
  event("step.undone", 900, "revert", { phase: "undo" }),
];

describe("how long waits took", () => {
  it("counts from the request, or from the plan of a wait that sends none; questions and undos do not count", () => {
    expect([...measuredWaits(JOURNAL)]).toEqual([
      ["ecs.updateService revert", 8],
      ["ecs.waitForRollout rollout", 90],
    ]);
  });

  it("does not count a wait that one process began and another one ended: nobody waited in between", () => {
    const resumed = { type: "execution.resumed", at: at(3000), execution: "7K2M" } as unknown as JournalEvent;
    const stopped = JOURNAL.slice(0, 5);
    expect([...measuredWaits([...stopped, resumed, event("step.verified", 3300, "rollout")])]).toEqual([
      ["ecs.updateService revert", 8],
    ]);
  });

  it("takes the middle one of several executions", () => {
    const of = (seconds: number) => new Map([["a b", seconds]]);
    expect([...usualWaits([of(300), of(80), of(100)])]).toEqual([["a b", 100]]);
    expect([...usualWaits([of(300), of(80)])]).toEqual([["a b", 80]]);
    expect([...usualWaits([])]).toEqual([]);
  });
});
