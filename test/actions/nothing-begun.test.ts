import { describe, expect, it } from "vitest";
import { stopTasks } from "../../src/actions/ecs/stop-tasks.ts";
import { type Beginning, watchBeginning } from "../../src/actions/nothing-begun.ts";
import { fixedClock, NOW, tasksOf, waitingFor, worldOf } from "./support.ts";

const SAME: Beginning = { asBefore: "all is as before" };

/** What the watch says of reads that come every 15 s. */
async function told(...reads: readonly Beginning[]) {
  const clock = fixedClock();
  const watch = watchBeginning({ service: "RDS", since: NOW - 5000 }, clock);
  const verdicts = [];
  for (const shown of reads) {
    verdicts.push(watch(shown)?.failure.text);
    await clock.sleep(15_000);
  }
  return verdicts;
}

describe("a request that AWS accepted and has not begun", () => {
  it("is told once a minute of reads has shown nothing new, with what was read and the true age of the request", async () => {
    expect(await told(SAME, SAME, SAME, SAME, SAME)).toEqual([
      ...[undefined, undefined, undefined, undefined],
      "RDS accepted the request, yet all is as before; not seen within 65 s of the request. RDS may still carry it out",
    ]);
  });

  it("is not told of where something new was seen in between, and a read that fails proves nothing", async () => {
    expect(new Set(await told(SAME, SAME, SAME, "begun", SAME, SAME, SAME, SAME))).toEqual(new Set([undefined]));
    expect(new Set(await told(SAME, "unread", "unread", "unread", "unread"))).toEqual(new Set([undefined]));
    expect((await told(SAME, "unread", "unread", "unread", SAME)).at(-1)).toContain("all is as before");
  });
});

describe("tasks that were to be stopped", () => {
  const tasks = tasksOf(43, 2);
  const attempt = {
    confirmedAt: new Date(NOW).toISOString(),
    outputs: {},
    operation: { service: "ecs", name: "StopTasks", input: { tasks: tasks.map(({ id }) => id) } },
  };
  const verdictOf = (running: typeof tasks, answer = {}) =>
    stopTasks.verify?.({}, { ...attempt, receipt: { answer } }, waitingFor(worldOf({ running }), 120));

  it("and that ECS never asked to stop: they are not said to be draining", async () => {
    expect(await verdictOf(tasks)).toMatchObject({
      kind: "false",
      failure: { reason: "not-begun", text: expect.stringContaining("still run, not asked to stop; not seen within") },
    });
  });

  it("and are being stopped, or were refused: what is read stays what it was", async () => {
    const stopping = tasks.map((task) => ({ ...task, stopCode: "UserInitiated" }));
    expect(await verdictOf(stopping)).toMatchObject({ failure: { reason: "tasks-linger" } });
    expect(await verdictOf(tasks, { refused: ["task 43-0: no"] })).toMatchObject({
      failure: { reason: "tasks-linger" },
    });
  });
});
