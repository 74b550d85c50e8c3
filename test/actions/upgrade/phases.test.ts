import { describe, expect, it } from "vitest";
import { killAfter } from "../../../src/actions/upgrade/phases/deployment-setup.ts";
import type { PhaseFacts } from "../../../src/actions/upgrade/phases/facts.ts";
import { newestBefore, readLogFacts } from "../../../src/actions/upgrade/phases/migration-facts.ts";
import { PhaseClock } from "../../../src/actions/upgrade/phases/phase-clock.ts";
import { phasesOf } from "../../../src/actions/upgrade/phases/phases-of.ts";
import type { Phase } from "../../../src/domain/upgrade/phases.ts";
import { applied, at, BEGAN, BLOCKED, blocked, draining, newTask, oldTask, starting } from "./moments.ts";

const phase = (facts: PhaseFacts, number: Phase, failed?: Phase) => phasesOf(facts, failed)[number - 1];
const states = (facts: PhaseFacts, failed?: Phase) => phasesOf(facts, failed).map(({ state }) => state);
/** The same facts with other tasks. */
const withTasks = (facts: PhaseFacts, change: Partial<PhaseFacts["snapshot"]>): PhaseFacts => ({
  ...facts,
  snapshot: { ...facts.snapshot, ...change },
});

it("each moment has its phases", () => {
  expect(states(starting)).toEqual(["done", "done", "now", "now", "ahead", "ahead", "ahead"]);
  expect(states(blocked)).toEqual(["unseen", "unseen", "done", "now", "ahead", "ahead", "ahead"]);
  expect(states(draining)).toEqual(["unseen", "unseen", "done", "done", "done", "now", "now"]);
});

describe("1 push and 2 image", () => {
  it("tell the commit, the run and the image", () => {
    expect(phase(starting, 1)?.sentence).toBe("a1b2c3d to main at 03:28:20Z");
    expect(phase(starting, 2)?.sentence).toBe("2.0.0 pushed 03:33:00Z, sha256:1f2e1f2e1f2e; run 812: success in 290 s");
  });

  it("tell why they are not visible, and that nothing makes them so", () => {
    expect(phase(blocked, 1)?.sentence).toBe("not visible: GitHub answered 401");
    expect(phase(draining, 1)?.sentence).toBe("not visible from here");
  });

  it("an image that the registry does not have has failed", () => {
    const absent = {
      ...starting,
      pushed: { run: { visible: false }, image: { visible: true, value: { ref: "r/v:9.9.9" } } },
    } as const;
    expect(phase(absent, 2)).toMatchObject({ state: "failed", sentence: "the registry does not have 9.9.9" });
  });
});

describe("3 task start", () => {
  it("tells each part, of the slowest task", () => {
    expect(phase(blocked, 3)).toMatchObject({
      state: "done",
      seconds: 65,
      sentence: "3/3 started: placed 25 s, network 12 s, pull 24 s, start 4 s",
    });
    expect(phase(starting, 3)?.sentence).toBe("1/3 started; 2 pulling the image");
  });

  it("counts tasks that failed to start apart from those that failed later, and those that come after say no placement", () => {
    const stop = {
      status: "STOPPED",
      stoppedAt: at(50),
      stoppingAt: at(50),
      stoppedReason: "CannotPullContainerError: x",
    };
    const { startedAt: _, ...never } = newTask(9, stop);
    expect(phase(withTasks(starting, { stopped: [never] }), 3)).toMatchObject({
      sentence: "1/3 started; 1 task failed to start; 2 pulling the image",
      action: "way back: vulcan-ops rollback",
      details: ["1 × CannotPullContainerError: x", "started: network 12 s, pull 24 s, start 0 s"],
    });
    const late = newTask(9, { ...stop, stoppedReason: "Task failed container health checks" });
    expect(phase(withTasks(blocked, { stopped: [late] }), 3)?.sentence).toBe(
      "3/3 started: network 12 s, pull 24 s, start 4 s; 1 task started and failed later",
    );
  });

  it("tells that there is no room, since the deployment began", () => {
    const event = (time: string) => ({ at: time, text: "(service vulcan-prod) was unable to place a task." });
    const { service } = starting.snapshot;
    const here = withTasks(starting, { service: { ...service, events: [event(at(40))] } });
    expect(phase(here, 3)).toMatchObject({ action: "find the cause: vulcan-ops doctor" });
    const earlier = withTasks(starting, { service: { ...service, events: [event(at(-40))] } });
    expect(phase(earlier, 3)).not.toHaveProperty("action");
  });
});

describe("4 migrations", () => {
  it("tell who blocks whom, the first cause first, and when ECS stops the task", () => {
    expect(phase(blocked, 4)).toEqual({
      phase: 4,
      state: "now",
      since: at(66),
      until: { at: at(65 + 150), what: "ECS stops the task" },
      sentence:
        "6 → 7; version 8 “Add documents.checksum column” waits for AccessExclusiveLock on documents (about 41000 rows) behind PID 4711",
      action: "end PID 4711",
      details: [
        "vulcan (PID 4801, user vulcan, active, for 1 min 16 s) waits for AccessExclusiveLock on documents behind quarterly-report (PID 4711, user analyst, idle in transaction, for 4 min)",
        "vulcan (PID 4802, user vulcan, active, for 1 min 15 s) waits for ExclusiveLock on advisory lock 7233001 behind vulcan (PID 4801, user vulcan, active, for 1 min 16 s)",
      ],
    });
  });

  it("are done once the log says so or a task is healthy, with what they took", () => {
    expect(phase(draining, 4)?.sentence).toBe("6 → 8: 2 migrations applied in 800 ms");
    const nothing = { ...draining, migration: { ...draining.migration, applied: applied([6, -80_000]) } };
    expect(phase(nothing, 4)?.sentence).toBe("none to apply: 6 is the newest");
  });

  it("are not visible where neither the database nor the log can be read", () => {
    const unread = {
      ...blocked,
      migration: { unread: "no VULCAN_DATABASE_URL", log: { isComplete: false }, sessions: [] },
    };
    expect(phase(unread, 4)).toMatchObject({ state: "unseen", sentence: "not visible: no VULCAN_DATABASE_URL" });
  });

  it("that failed say Vulcan's own words, and how far they came", () => {
    const line = { text: 'ERR Migration failed version=8 error="duplicate key"' };
    const failed = { ...blocked, migration: { ...BLOCKED, log: readLogFacts([line]) } };
    expect(phase(failed, 4)?.sentence).toBe('6 → 7; Migration failed version=8 error="duplicate key"');
  });

  it("what a stopped task waited for is kept", () => {
    const gone = withTasks({ ...blocked, migration: { ...BLOCKED, lastWait: "last seen: it waits" } }, { running: [] });
    expect(phase(gone, 4, 4)).toMatchObject({ state: "failed", sentence: "6 is the newest; last seen: it waits" });
  });
});

describe("the documented lines of the log", () => {
  const log = (...texts: readonly string[]) => readLogFacts(texts.map((text) => ({ text })));

  it.each([
    [
      ['INF Applying migration version=7 description="A"'],
      { isComplete: false, running: { version: 7, description: "A" } },
    ],
    [
      ['INF Applying migration version=7 description="A"', "INF Migration applied version=7 duration=3ms"],
      { isComplete: false },
    ],
    [["INF Migration applied version=7 duration=3ms", "INF migrations complete"], { isComplete: true }],
    [["INF something else"], { isComplete: false }],
  ] as const)("%j", (texts, facts) => {
    expect(log(...texts)).toEqual(facts);
  });

  it("the version before the deployment is by the times of the table; unknown without them", () => {
    expect(newestBefore(applied([6, -10], [7, 10]), BEGAN)).toBe(6);
    expect(newestBefore([{ version: 6, description: "" }], BEGAN)).toBeUndefined();
  });
});

it.each([
  ["the container's check", {}, HEALTH_OF(60, 3, 30), [], 150],
  ["the load balancer's, where it is sooner", {}, HEALTH_OF(60, 3, 30), [{ interval: 30, unhealthyAfter: 2 }], 60],
  [
    "neither before the grace period ends",
    { graceSeconds: 90 },
    HEALTH_OF(60, 3, 30),
    [{ interval: 30, unhealthyAfter: 2 }],
    90,
  ],
  ["nothing checks", {}, undefined, [], undefined],
] as const)("ECS stops a task by %s", (_, service, container, checks, seconds) => {
  expect(killAfter(service, container, checks)).toBe(seconds);
});

function HEALTH_OF(startPeriod: number, retries: number, interval: number) {
  return { health: { startPeriod, retries, interval, timeout: 5 } };
}

describe("5 health check", () => {
  it("tells each target that is not healthy, and requests only once they reach new tasks alone", () => {
    const migrated = { ...blocked, migration: draining.migration };
    expect(phase(blocked, 5)).toMatchObject({ state: "ahead", details: [] });
    expect(phase(migrated, 5)).toMatchObject({
      state: "now",
      sentence: "0/3 tasks and targets healthy",
      details: [1, 2, 3].map((number) => `10.0.43.${number} initial: Initial health checks in progress`),
    });
    expect(phase(draining, 5)?.sentence).toBe("3/3 tasks and targets healthy; 236 requests at 03:42:00Z");
  });

  it("a running task whose check has not passed yet is not healthy", () => {
    const unknown = draining.snapshot.running.map((task) => ({ ...task, health: "UNKNOWN" }));
    expect(phase(withTasks(draining, { running: unknown }), 5)?.state).toBe("now");
  });
});

describe("6 drain and 7 old tasks stop", () => {
  it("count down to the deregistration delay, and tell who was killed", () => {
    expect(phase(draining, 6)).toMatchObject({
      sentence: "2 old tasks drain",
      until: { at: at(430), what: "the deregistration delay ends" },
    });
    expect(phase(draining, 7)?.sentence).toBe("1/3 gone; 1 killed (exit 137): longer than the stopTimeout of 30 s");
  });

  it("tell when SIGKILL ends what is left", () => {
    const stopped = [oldTask(1, { status: "STOPPING", desired: "STOPPED", stoppingAt: at(130) })];
    const stopping = withTasks(draining, { stopped, targets: [[]] });
    expect(phase(stopping, 7)?.until).toEqual({ at: at(130 + 300 + 30), what: "ECS kills what is left" });
  });

  it("tell of protected tasks, which ECS does not stop", () => {
    const running = [...draining.snapshot.running, oldTask(1)];
    const guarded = [{ id: "42-1", until: at(9000) }];
    expect(phase({ ...withTasks(draining, { running, stopped: [], targets: [[]] }), guarded }, 6)).toMatchObject({
      state: "now",
      sentence: "1 old task still serves",
      action: "old tasks are protected",
    });
  });

  it("a task of an earlier deployment is none of them, and the same revision deployed again tells them by the deployment", () => {
    const before = oldTask(9, { status: "STOPPED", stoppedAt: at(-60) });
    expect(phase(withTasks(draining, { stopped: [before] }), 7)?.sentence).toBe("no old task");
    const same = withTasks(draining, {
      stopped: [
        newTask(9, { startedBy: "ecs-svc/1", status: "DEACTIVATING", desired: "STOPPED", stoppingAt: at(130) }),
      ],
    });
    expect(phase(same, 6)?.sentence).toBe("1 old task drains");
  });
});

it("after a failure, what came before was passed, and what comes after is not reached", () => {
  expect(states(blocked, 4)).toEqual(["unseen", "unseen", "done", "failed", "ahead", "ahead", "ahead"]);
});

it("a phase that was seen to begin and to end says how long it took", () => {
  const clock = new PhaseClock();
  clock.note(phasesOf({ ...blocked, migration: draining.migration }), blocked.now);
  expect(clock.note(phasesOf(draining), Date.parse(at(200)))[4]?.seconds).toBe(200 - 65);
  expect(new PhaseClock().note(phasesOf(draining), draining.now)[4]).not.toHaveProperty("seconds");
});
