import { describe, expect, it } from "vitest";
import { awaitRollout } from "../../src/actions/ecs/rollout/monitor.ts";
import { updateService } from "../../src/actions/ecs/update-service.ts";
import { OpsError } from "../../src/domain/error.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";
import {
  attemptOn,
  deploymentOf,
  type Moment,
  serviceOf,
  TARGET,
  targetsOf,
  taskOf,
  tasksOf,
  waitingFor,
  worldOf,
} from "./support.ts";

const WANTED = "vulcan-prod:42";
const serving: Moment = { service: serviceOf(42), running: tasksOf(42, 2), targets: targetsOf(tasksOf(42, 2)) };
const half: Moment = { ...serving, running: tasksOf(42, 1) };

function awsError(code: string): OpsError {
  return new OpsError({ code, exitCode: EXIT.failed, fault: "remote", message: `AWS: ${code}`, effect: "none" });
}

describe("waiting for a rollout", () => {
  it("ends well only where it serves at two looks in a row: one lucky moment is no end", async () => {
    const blink = { ...half, service: serviceOf(42, { running: 1, deployments: [deploymentOf(42, { running: 1 })] }) };
    const world = worldOf(blink, serving, blink, serving, serving);
    expect(await awaitRollout(WANTED, waitingFor(world))).toMatchObject({
      kind: "true",
      text: "vulcan-prod:42 healthy on 2/2 tasks and targets",
    });
    expect(world.reads()).toBe(5);
  });

  it("is not ended by a deployment that was there before the request, however often reads still show it", async () => {
    const stale: Moment = { ...half, service: serviceOf(43) };
    const older: Moment = { ...half, service: serviceOf(41, { deployments: [deploymentOf(41, { id: "ecs-svc/x" })] }) };
    const earlier = [attemptOn()];
    const world = worldOf(half, stale, stale, half, stale, stale, stale, older, older, half, serving, serving);
    expect(await awaitRollout(WANTED, { ...waitingFor(world, 600), earlierAttempts: earlier })).toMatchObject({
      kind: "true",
    });
  });

  it("is ended by a deployment that is newer than the request, and by an old one where events are newer", async () => {
    const earlier = [attemptOn()];
    const createdAt = "2026-04-10T12:00:30.000Z";
    const newer = { ...half, service: serviceOf(44, { deployments: [deploymentOf(44, { createdAt })] }) };
    const event = { at: createdAt, text: "(service vulcan-prod) has started 2 tasks" };
    const back = { ...half, service: serviceOf(43, { events: [event] }) };
    for (const end of [newer, back]) {
      const waiting = { ...waitingFor(worldOf(half, end), 600), earlierAttempts: earlier };
      expect(await awaitRollout(WANTED, waiting)).toMatchObject({ failure: { reason: "superseded" } });
    }
  });

  it("names the protected tasks that hold it up once nothing moves, and the line that lets them stop", async () => {
    const old = taskOf(43, 0);
    const open = serviceOf(42, { deployments: [deploymentOf(42, { rollout: "IN_PROGRESS" }), deploymentOf(43)] });
    const guarded = [{ id: old.id, until: "2026-04-12T12:00:00.000Z" }];
    const held: Moment = { ...serving, service: open, running: [...tasksOf(42, 2), old], guarded };
    const waiting = waitingFor(worldOf(held), 600);
    expect(await awaitRollout(WANTED, waiting)).toMatchObject({
      kind: "open",
      failure: {
        evidence: ["1 task is protected: 43-0 (until 2026-04-12 12:00:00Z)"],
        next: expect.arrayContaining([expect.stringContaining("--tasks 43-0 --no-protection-enabled")]),
      },
    });
    expect(waiting.told.join()).toContain("ECS does not stop them: 1 task is protected: 43-0");
    const free = waitingFor(worldOf({ ...held, guarded: [] }), 600);
    await awaitRollout(WANTED, free);
    expect(free.told.join()).not.toContain("protected");
  });

  it("tells at each look where it stands and what ECS says", async () => {
    const waiting = waitingFor(
      worldOf({ ...half, service: serviceOf(42, { events: [{ at: "", text: "has started 1 tasks" }] }) }, serving),
    );
    await awaitRollout(WANTED, waiting);
    expect(waiting.told[0]).toBe("1 of 2 tasks of vulcan-prod:42 healthy\nECS: has started 1 tasks");
  });

  it("says what still drains", async () => {
    const stoppingAt = "2026-04-10T11:59:00.000Z";
    const draining = { ...serving, stopped: [taskOf(43, 0, { status: "DEACTIVATING", stoppingAt })] };
    expect(await awaitRollout(WANTED, waitingFor(worldOf(draining)))).toMatchObject({
      text: "vulcan-prod:42 healthy on 2/2 tasks and targets; 1 task of vulcan-prod:43 still draining, gone by about 12:04:30Z",
    });
  });

  it("fails at once where it cannot come to a good end, and says who serves now and why tasks stopped", async () => {
    const stops = [0, 1].map((number) =>
      taskOf(42, number, { stoppedReason: "Task failed container health checks", exitCodes: [1] }),
    );
    const primary = deploymentOf(43, { rolloutReason: "circuit breaker: rolling back to deploymentId x" });
    const old = tasksOf(43, 2);
    const service = serviceOf(43, { deployments: [primary] });
    const back = { service, running: old, targets: targetsOf(old), stopped: stops };
    expect(await awaitRollout(WANTED, waitingFor(worldOf(half, back)))).toMatchObject({
      kind: "false",
      failure: {
        reason: "breaker-rollback",
        text: expect.stringContaining("Traffic is served by 2 healthy tasks of vulcan-prod:43 (2 wanted)"),
        evidence: [
          "2 × Task failed container health checks (exit 1)",
          "circuit breaker: 0 of 3 failed tasks",
          "next: ECS brings vulcan-prod:43 up to 2 tasks and leaves it at that",
        ],
      },
    });
  });

  it("that runs out of time is open, not failed: AWS goes on with it", async () => {
    expect(await awaitRollout(WANTED, waitingFor(worldOf(half), 20))).toMatchObject({
      kind: "open",
      failure: { reason: "still-in-progress", text: expect.stringMatching(/1 of 2 tasks.*AWS continues it/) },
    });
  });

  it("does not end at a read that fails for a passing reason, and ends at one that does not pass", async () => {
    const blink = { ...serving, error: awsError("aws-throttled") };
    expect(await awaitRollout(WANTED, waitingFor(worldOf(half, blink, serving)))).toMatchObject({ kind: "true" });
    const expired = { ...serving, error: awsError("aws-expired") };
    await expect(awaitRollout(WANTED, waitingFor(worldOf(half, expired)))).rejects.toMatchObject({
      detail: { code: "aws-expired" },
    });
  });
});

describe("after an UpdateService", () => {
  const inputs = { taskDefinition: WANTED, forceNewDeployment: true } as never;
  const before = { service: serviceOf(43) };
  const verify = (...moments: readonly Moment[]) =>
    updateService.verify?.(inputs, attemptOn(), waitingFor(worldOf(...moments)));
  const probe = (...moments: readonly Moment[]) =>
    updateService.probe?.(inputs, attemptOn(), { ...waitingFor(worldOf(...moments)), target: TARGET });

  it("the service is read until it shows the new revision: ECS may show the old one for seconds", async () => {
    expect(await verify(before, before, serving)).toEqual({
      kind: "true",
      text: "vulcan-prod is set to vulcan-prod:42",
    });
  });

  it("a service that keeps showing the old revision is open: the request may still come through", async () => {
    expect(await verify(before)).toMatchObject({ kind: "open", failure: { reason: "not-visible" } });
  });

  it("a service that shows a third revision was changed by somebody else", async () => {
    expect(await verify(before, { service: serviceOf(44) })).toMatchObject({
      kind: "false",
      failure: { reason: "superseded" },
    });
  });

  const begun = [{ arn: "d", status: "IN_PROGRESS", taskDefinition: WANTED, createdAt: attemptOn().confirmedAt ?? "" }];

  it("a breaker that goes back at once is a failure of its own, also under the old deployment's id", async () => {
    const back = serviceOf(43, {
      deployments: [...before.service.deployments, deploymentOf(42, { status: "ACTIVE", rollout: "FAILED" })],
    });
    expect(await verify(before, { service: back })).toMatchObject({
      kind: "false",
      failure: { reason: "breaker-rollback" },
    });
  });

  it.each<[string, readonly Moment[], string]>([
    ["a deployment of the new revision since: done", [{ ...serving, history: begun }], "done"],
    ["the same, seen after seconds of the old picture: done", [before, before, { ...serving, history: begun }], "done"],
    [
      "the old revision under its old deployment, put back by the breaker: it was done all the same",
      [{ ...before, history: begun }],
      "done",
    ],
    [
      "the new revision without any deployment of it since: somebody else's doing, nobody can tell",
      [serving],
      "unknown",
    ],
    ["the old revision, also half a minute later: not done", [before], "notDone"],
    ["another revision under another deployment: nobody can tell", [{ service: serviceOf(44) }], "unknown"],
    [
      "the old revision under another deployment: nobody can tell",
      [{ service: serviceOf(43, { deployments: [deploymentOf(43, { id: "ecs-svc/9" })] }) }],
      "unknown",
    ],
  ])("a lost answer is found out by reading: %s", async (_name, moments, kind) => {
    expect(await probe(...moments)).toMatchObject({ kind });
  });

  it("the same revision under the same deployment as before is not taken for the effect", async () => {
    const attempt = attemptOn({ taskDefinition: WANTED, primary: "ecs-svc/42" });
    const looking = waitingFor(worldOf({ service: serviceOf(42) }));
    expect(await updateService.probe?.(inputs, attempt, looking)).toMatchObject({ kind: "notDone" });
  });

  it("an undo waits for its whole rollout", async () => {
    const undoing = { taskDefinition: WANTED, waitForRollout: true } as never;
    const waiting = waitingFor(worldOf(before, half, half, serving, serving));
    expect(await updateService.verify?.(undoing, attemptOn(), waiting)).toMatchObject({
      text: "vulcan-prod:42 healthy on 2/2 tasks and targets",
    });
  });
});
