import { describe, expect, it } from "vitest";
import { failureOf } from "../../../../src/actions/ecs/rollout/failure-report.ts";
import { awaitRollout } from "../../../../src/actions/ecs/rollout/monitor.ts";
import type { RolloutSnapshot } from "../../../../src/actions/ecs/rollout/snapshot.ts";
import { killedTasks } from "../../../../src/actions/ecs/rollout/stopped-tasks.ts";
import { withVerdict } from "../../../../src/domain/upgrade/verdicts.ts";
import {
  containerOf,
  definitionOf,
  deploymentOf,
  NOW,
  serviceOf,
  targetsOf,
  taskOf,
  tasksOf,
  waitingFor,
  worldOf,
} from "../../support.ts";

const WANTED = "vulcan-prod:42";
const breaker = { enabled: true, rollback: true, threshold: 3 };

function stopsOf(count: number) {
  return tasksOf(42, count, {
    status: "STOPPED",
    stopCode: "EssentialContainerExited",
    stoppedReason: "Essential container in task exited",
    exitCodes: [1],
    ended: [{ name: "vulcan", exitCode: 1 }],
    startedBy: "ecs-svc/42",
    stoppingAt: new Date(NOW + 1000).toISOString(),
  });
}

/** 42 does not come up, 43 serves on. */
function sightOf(failed: number, change: Parameters<typeof serviceOf>[1] = {}): RolloutSnapshot {
  const old = tasksOf(43, 2);
  const deployments = [
    deploymentOf(42, { rollout: "IN_PROGRESS", running: 0, failed }),
    deploymentOf(43, { status: "ACTIVE" }),
  ];
  return {
    service: serviceOf(42, { deployments, ...change }),
    running: old,
    stopped: stopsOf(failed),
    targets: targetsOf(old),
  };
}

const judgement = { kind: "failed", reason: "task-exits", text: "2 tasks ended", isProven: true } as const;
const next = (sight: RolloutSnapshot) =>
  failureOf(judgement, WANTED, sight).evidence.find((line) => line.startsWith("next: "));

describe("a failure's report", () => {
  it.each([
    [
      "the breaker is off",
      { ...breaker, enabled: false },
      /no circuit breaker is on: ECS keeps starting tasks of vulcan-prod:42/,
    ],
    ["the breaker has room", { ...breaker, threshold: 5 }, /puts vulcan-prod:43 back after 3 more failed tasks/],
    ["it needs one more", breaker, /puts vulcan-prod:43 back after 1 more failed task;/],
    ["it has what it needs", { ...breaker, threshold: 2 }, /puts vulcan-prod:43 back now/],
    [
      "it puts nothing back",
      { ...breaker, rollback: false },
      /stops the deployment after 1 more failed task and puts nothing/,
    ],
  ])("says what ECS does next where %s", (_name, given, text) => {
    expect(next(sightOf(2, { breaker: given }))).toMatch(text);
  });

  it("says who serves, and that nobody does where nobody does", () => {
    expect(failureOf(judgement, WANTED, sightOf(2)).text).toBe(
      "2 tasks ended. Traffic is served by 2 healthy tasks of vulcan-prod:43 (2 wanted)",
    );
    const sick = { ...sightOf(2), targets: targetsOf(tasksOf(43, 2), "unhealthy") };
    expect(failureOf(judgement, WANTED, sick).text).toMatch(/OUTAGE: 0 healthy targets of .*$/);
    expect(failureOf(judgement, WANTED, { ...sick, running: [] }).text).toMatch(/OUTAGE: 0 healthy tasks of .*$/);
  });

  it("groups the stops, leaves out those that were merely replaced, and counts for the breaker", () => {
    const replaced = taskOf(42, 9, {
      stoppedReason: "Scaling activity initiated by (deployment x)",
      startedBy: "ecs-svc/42",
      stoppingAt: new Date(NOW).toISOString(),
    });
    const sight = sightOf(2, { breaker });
    expect(
      failureOf(judgement, WANTED, { ...sight, stopped: [...sight.stopped, replaced] }).evidence.slice(0, 2),
    ).toEqual(["2 × Essential container in task exited (exit 1)", "circuit breaker: 2 of 3 failed tasks"]);
  });

  it("ends with the last lines of the failed container", async () => {
    const logs = { group: "/ecs/vulcan-prod", prefix: "vulcan" };
    const definitions = [definitionOf(42, { containers: [containerOf(42, { logs })] })];
    const log = [{ at: "2026-04-10T12:00:01.000Z", text: "panic: no" }];
    const world = worldOf({ ...sightOf(2), definitions, log });
    const verdict = await awaitRollout(WANTED, waitingFor(world));
    expect(verdict).toMatchObject({ kind: "false", failure: { reason: "task-exits" } });
    expect(verdict.kind === "false" && verdict.failure.evidence.slice(-2)).toEqual([
      "last 1 log lines of vulcan in task 42-0 (vulcan-prod:42):",
      "12:00:01Z panic: no",
    ]);
    expect(world.reads()).toBe(1);
  });

  it("waits some seconds for a breaker that is about to act, and no longer", async () => {
    const due = sightOf(3, { breaker });
    const back = serviceOf(43, { deployments: [deploymentOf(43, { rolloutReason: "circuit breaker: rolling back" })] });
    const acted = worldOf(due, due, { ...due, service: back });
    expect(await awaitRollout(WANTED, waitingFor(acted))).toMatchObject({ failure: { reason: "breaker-rollback" } });
    const idle = waitingFor(worldOf(due));
    expect(await awaitRollout(WANTED, idle)).toMatchObject({ failure: { reason: "task-exits" } });
    expect(idle.clock.now() - NOW).toBeLessThan(25_000);
  });
});

describe("a wait in trouble", () => {
  it("warns where nothing has moved for two minutes, and goes on", async () => {
    const waiting = waitingFor(worldOf({ service: sightOf(0).service }), 300);
    expect(await awaitRollout(WANTED, waiting)).toMatchObject({
      kind: "open",
      failure: { reason: "still-in-progress" },
    });
    expect(waiting.told.filter((text) => text.includes("nothing has moved")).length).toBeGreaterThan(20);
    expect(waiting.told.findIndex((text) => text.includes("nothing has moved for 2 min"))).toBeGreaterThan(25);
  });
});

it("names at the time limit what ECS could not place, and so the phase", async () => {
  const text = "(service vulcan-prod) was unable to place a task because no container instance met all requirements.";
  const { service } = sightOf(0);
  const events = [{ at: new Date(NOW + 1000).toISOString(), text }];
  const verdict = await awaitRollout(WANTED, waitingFor(worldOf({ service: { ...service, events } }), 60));
  if (verdict.kind !== "open") throw new Error(verdict.kind);
  expect(verdict.failure.evidence).toEqual([expect.stringContaining("was unable to place a task")]);
  expect(withVerdict(verdict.failure).text).toMatch(/^STUCK IN PHASE 3 \(task start\): /);
});

describe("old tasks that were killed", () => {
  const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();
  const old = (change: object) =>
    taskOf(43, 0, {
      status: "STOPPED",
      stoppedReason: "Scaling activity initiated by (deployment ecs-svc/1)",
      exitCodes: [137],
      stoppedAt: at(60),
      ...change,
    });

  it.each<[string, object, number]>([
    ["one that ECS replaced", {}, 1],
    ["one that ended by itself", { exitCodes: [0] }, 0],
    ["one without enough memory", { ended: [{ name: "vulcan", reason: "OutOfMemoryError: container killed" }] }, 0],
    ["one that failed its health check", { stoppedReason: "Task failed container health checks" }, 0],
    ["one of an earlier deployment", { stoppedAt: at(-60) }, 0],
    ["one of the new release", { taskDefinition: WANTED }, 0],
  ])("%s", (_name, change, count) => expect(killedTasks(WANTED, [old(change)], at(0))).toHaveLength(count));
});

describe("the second milestone", () => {
  const good = { running: tasksOf(42, 2), targets: targetsOf(tasksOf(42, 2)), service: serviceOf(42) };
  const old = (status: string) =>
    taskOf(43, 0, { status, stoppingAt: "2026-04-10T11:58:00.000Z", stoppedAt: "2026-04-10T12:01:02.000Z" });

  it("is the last task of another revision, in whatever state, and the moment at which it stopped", async () => {
    const draining = { ...good, stopped: [old("DEPROVISIONING")] };
    const waiting = waitingFor(worldOf(draining, draining, draining, { ...good, stopped: [old("STOPPED")] }));
    expect(await awaitRollout(WANTED, waiting, "drained")).toEqual({
      kind: "true",
      text: "all old tasks are gone (last stopped 12:01:02Z)",
    });
  });

  it("is not reached while a target of it is left", async () => {
    const left = [[...(targetsOf(tasksOf(42, 2))[0] ?? []), { address: "10.0.43.0", state: "draining" }]];
    const waiting = waitingFor(worldOf({ ...good, stopped: [old("STOPPED")], targets: left }), 60);
    expect(await awaitRollout(WANTED, waiting, "drained")).toMatchObject({ failure: { reason: "still-draining" } });
  });
});
