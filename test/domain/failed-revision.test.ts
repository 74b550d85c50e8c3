import { describe, expect, it } from "vitest";
import { type Execution, foldExecution } from "../../src/domain/execution.ts";
import type { JournalEvent } from "../../src/domain/execution-event.ts";
import { revisionMarks as marksOfAll } from "../../src/domain/failed-revision.ts";
import { recordedExecution } from "../../src/domain/recorded-execution.ts";

const revisionMarks = (executions: readonly Execution[]) => marksOfAll(executions.map(recordedExecution));

function executionOf(id: string, hour: number, runbook: string, ...rest: object[]) {
  const at = (index: number) => `2026-04-10T${String(hour).padStart(2, "0")}:0${index}:00.000Z`;
  const events = [{ type: "execution.started", runbook: { id: runbook } }, ...rest].map((event, index) => ({
    phase: "do",
    execution: id,
    at: at(index),
    ...event,
  }));
  const execution = foldExecution(events as unknown as JournalEvent[]);
  if (execution === undefined) throw new Error("no execution");
  return execution;
}

const confirmed = { type: "step.confirmed", step: "revert", inputs: { taskDefinition: "vulcan-prod:42" }, outputs: {} };
const failed = (reason: string) => ({ type: "step.failed", step: "rollout", reason });
const undone = { type: "execution.ended", status: "undone" };
const reverted = (...rest: object[]) => executionOf("abc", 1, "rollback-service", confirmed, ...rest);

describe("what our own executions say of a revision", () => {
  it("is bad where its tasks did not come up, also after that was undone", () => {
    const mark = {
      taskDefinition: "vulcan-prod:42",
      sentAt: "2026-04-10T01:01:00.000Z",
      at: "2026-04-10T01:02:00.000Z",
      why: "task-exits",
      execution: "abc",
    };
    expect(revisionMarks([reverted(failed("task-exits"), undone)])).toEqual([mark]);
  });

  it.each([
    ["superseded", [failed("superseded")]],
    ["not sent for", [{ type: "step.declined", step: "rollout" }]],
    ["good on a second look", [failed("task-exits"), { type: "step.verified", step: "rollout", outputs: {} }]],
  ])("is nothing where it was %s", (_name, events) => {
    expect(revisionMarks([reverted(...events)])).toEqual([]);
  });

  const leaving = { ...confirmed, basis: { taskDefinition: "vulcan-prod:43" } };
  const sent = { type: "step.sent", step: "revert" };
  const back = (id: string, ...events: object[]) => revisionMarks([executionOf("abc", 1, id, leaving, ...events)]);

  it("is nothing to return to where it was gone back from, and that was sent and stands", () => {
    expect(back("rollback-service", sent)).toEqual([
      {
        taskDefinition: "vulcan-prod:43",
        leftFor: "vulcan-prod:42",
        sentAt: "2026-04-10T01:01:00.000Z",
        at: "2026-04-10T01:02:00.000Z",
        execution: "abc",
      },
    ]);
    expect(back("rollback-service")).toEqual([]);
    expect(back("maintenance-window", sent)).toEqual([]);
    expect(back("rollback-service", sent, { type: "step.undone", step: "revert", phase: "undo" })).toEqual([]);
  });

  it("is forgotten once migrations have been taken back: it may start now", () => {
    const down = (hour: number, status: string) =>
      executionOf("def", hour, "rollback-migration", { type: "execution.ended", status });
    expect(revisionMarks([down(2, "done"), reverted(failed("task-exits"))])).toEqual([]);
    expect(revisionMarks([down(2, "failed"), reverted(failed("task-exits"))])).toHaveLength(1);
    expect(revisionMarks([reverted(failed("task-exits")), down(0, "done")])).toHaveLength(1);
  });
});
