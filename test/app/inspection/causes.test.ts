import { expect, it } from "vitest";
import { withoutCause } from "../../../src/app/inspection/causes.ts";
import type { JournalEvent } from "../../../src/domain/execution-event.ts";

const confirmed = (step: string, name: string, input: object = {}, phase = "do") =>
  ({ type: "step.confirmed", step, phase, operation: { service: "ecs", name, input } }) as unknown as JournalEvent;

const JOURNAL = [
  confirmed("revert", "UpdateService"),
  // The answer of the first attempt was lost before it took effect: the same step, asked anew.
  confirmed("revert", "UpdateService"),
  confirmed("stop", "StopTasks", { tasks: ["a", "b", "c"] }),
];

it("accepts as many requests as there are causes, however many tasks the machine was fast enough to see", () => {
  expect(withoutCause(["UpdateService", "StopTask", "StopTask", "StopTask"], JOURNAL)).toEqual([]);
  expect(withoutCause(["UpdateService"], JOURNAL)).toEqual([]);
});

it("names what took effect more often than its steps were confirmed", () => {
  const sent = ["UpdateService", "UpdateService", "StopTask", "StopTask", "StopTask", "StopTask"];
  expect(withoutCause(sent, JOURNAL)).toEqual([
    { name: "UpdateService", count: 2, causes: 1 },
    { name: "StopTask", count: 4, causes: 3 },
  ]);
});

it("counts the same step of an undo as another cause, and does not judge what no step names", () => {
  const events = [...JOURNAL, confirmed("revert", "UpdateService", {}, "undo")];
  expect(withoutCause(["UpdateService", "UpdateService", "TagResource", "TagResource"], events)).toEqual([]);
});

it("does not count sessions, which are opened again to follow a command", () => {
  expect(withoutCause(["ExecuteCommand", "ExecuteCommand"], [confirmed("down", "ExecuteCommand")])).toEqual([]);
});
