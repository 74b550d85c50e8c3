import { expect, it } from "vitest";
import { prunable } from "../../../src/app/execution/prunable.ts";
import { commandLine } from "../../../src/domain/command-line.ts";
import type { ListedExecution } from "../../../src/journal/list-executions.ts";

const DAY = 86_400_000;
const NOW = 100 * DAY;
const target = { name: "t", cluster: "c", service: "s", database: "d", production: false };

const execution = (id: string, daysAgo: number, more: Partial<ListedExecution> = {}): ListedExecution => ({
  id,
  at: "2026-04-10T12:00:00.000Z",
  lastAt: "2026-04-10T12:00:00.000Z",
  records: 9,
  runbook: "rollback-service",
  target,
  operator: "o",
  ended: { status: "done", exitCode: 0, text: "" },
  isUndoable: true,
  mayRestore: false,
  marks: [],
  writtenAt: NOW - daysAgo * DAY,
  ...more,
});
const ended = (status: "failed" | "unknown" | "interrupted" | "undone") => ({ status, exitCode: 1, text: "" });
const command = commandLine`vulcan-ops resume left`;
const LEFT = { kind: "size", what: "service s: desired tasks", before: 3, now: 1, command } as const;
const mark = (taskDefinition: string) => [
  { taskDefinition, sentAt: "", at: "2026-04-10T12:00:00.000Z", why: "task-exits", execution: "" },
];

const judge = (
  executions: readonly ListedExecution[],
  locked: readonly string[] = [],
  unshared: readonly string[] = [],
) => {
  const needed = { locked: new Set(locked), unshared: new Set(unshared) };
  const { go, kept } = prunable(executions, needed, NOW - 30 * DAY);
  return { go: go.map(({ id }) => id), kept: Object.fromEntries(kept.map(({ execution: { id }, why }) => [id, why])) };
};

it("what no other machine has stays", () => {
  const executions = [execution("here", 31), execution("shared", 31)];
  const { go, kept } = judge(executions, [], ["here"]);
  expect({ go, kept }).toEqual({ go: ["shared"], kept: { here: "its last records are on this machine only" } });
});

it("what has ended well, or left nothing, goes when it is old; the rest stays, and why", () => {
  const { ended: _, ...open } = execution("open", 40);
  const executions = [
    execution("young", 29),
    execution("done", 31),
    execution("undone", 31, { ended: ended("undone") }),
    execution("left", 31, { ended: { ...ended("undone"), unfinished: [LEFT] } }),
    execution("unlocked", 31, { ended: { ...ended("undone"), unfinished: [{ ...LEFT, kind: "lock" }] } }),
    execution("nothing", 31, { ended: ended("failed"), isUndoable: false }),
    execution("held", 31),
    execution("stands", 31, { ended: ended("failed") }),
    execution("unknown", 31, { ended: ended("unknown"), isUndoable: false }),
    execution("stopped", 31, { ended: ended("interrupted"), isUndoable: false }),
    open,
  ];
  expect(judge(executions, ["held"])).toEqual({
    go: ["done", "undone", "unlocked", "nothing"],
    kept: {
      held: "it holds a lock",
      left: "it has not put everything back",
      stands: "it can be resumed or undone",
      unknown: "it is unfinished",
      stopped: "it is unfinished",
      open: "it is unfinished",
    },
  });
});

it("the newest mark of each revision stays, and the newest rollback of the schema, which lifts older ones", () => {
  const executions = [
    execution("newest", 31, { marks: mark("s:7") }),
    execution("older", 32, { marks: mark("s:7") }),
    execution("other", 33, { marks: mark("s:6") }),
    execution("elsewhere", 34, { marks: mark("s:7"), endpoint: "http://127.0.0.1:1" }),
    execution("down", 35, { runbook: "rollback-migration" }),
    execution("earlier", 36, { runbook: "rollback-migration" }),
  ];
  const why = "it marks a revision that must not be proposed again";
  expect(judge(executions)).toEqual({
    go: ["older", "earlier"],
    kept: { newest: why, other: why, elsewhere: why, down: why },
  });
});
