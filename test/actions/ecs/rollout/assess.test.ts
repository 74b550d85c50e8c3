import { describe, expect, it } from "vitest";
import { assessRollout } from "../../../../src/actions/ecs/rollout/assess.ts";
import { describe as describeRollout, served } from "../../../../src/actions/ecs/rollout/progress-text.ts";
import type { RolloutSnapshot } from "../../../../src/actions/ecs/rollout/snapshot.ts";
import type { Deployment, Service, ServiceDeployment, Task } from "../../../../src/domain/aws/ecs.ts";
import { deploymentOf, serviceOf, targetsOf, taskOf, tasksOf } from "../../support.ts";

const WANTED = "vulcan-prod:42";

/** Everything as it is when 42 serves on both tasks. */
function sightOf(change: Partial<RolloutSnapshot> = {}, service: Partial<Service> = {}): RolloutSnapshot {
  const running = change.running ?? tasksOf(42, 2);
  return { service: serviceOf(42, service), running, stopped: [], targets: targetsOf(running), ...change };
}

const deployments = (...list: readonly Deployment[]) => ({ deployments: list });
const going = (why: string) => ({ kind: "going", why });
const failed = (reason: string, text: RegExp, isProven = false) => ({
  kind: "failed",
  reason,
  text: expect.stringMatching(text),
  isProven,
});
const proven = (reason: string, text: RegExp) => failed(reason, text, true);

const exits = (revision: number, count: number, change: Partial<Task> = {}) =>
  tasksOf(revision, count, {
    status: "STOPPED",
    stopCode: "EssentialContainerExited",
    stoppedReason: "Essential container in task exited",
    exitCodes: [3],
    startedBy: "ecs-svc/42",
    stoppedAt: "2026-04-10T11:59:00.000Z",
    ...change,
  });

const recordOf = (change: Partial<ServiceDeployment>): ServiceDeployment => ({
  arn: "d",
  status: "SUCCESSFUL",
  taskDefinition: WANTED,
  sources: [],
  alarms: [],
  ...change,
});

const backTo42 = (status: string) =>
  recordOf({
    status,
    taskDefinition: "vulcan-prod:43",
    rollback: { taskDefinition: WANTED, startedAt: "2026-04-10T11:00:00Z" },
  });

const twice = (reason: string) => [stopped(reason), stopped(reason)];

describe("where a rollout stands", () => {
  it.each<[string, RolloutSnapshot, object]>([
    ["serves", sightOf(), { kind: "serving" }],
    [
      "serves while the old tasks are still draining",
      sightOf({
        stopped: tasksOf(43, 2, { status: "DEACTIVATING" }),
        targets: [[...targetsOf(tasksOf(42, 2)).flat(), ...targetsOf(tasksOf(43, 2), "draining").flat()]],
      }),
      { kind: "serving" },
    ],
    [
      "goes on while a task of another revision still takes traffic, also one that was asked to stop",
      sightOf({
        stopped: tasksOf(43, 1, { status: "DEACTIVATING" }),
        targets: targetsOf([...tasksOf(42, 2), taskOf(43, 0)]),
      }),
      going("1 targets of other revisions still take traffic"),
    ],
    [
      "does not mind a target that belongs to no task: somebody has registered it by hand",
      sightOf({ targets: [[...targetsOf(tasksOf(42, 2)).flat(), { address: "10.9.9.9", state: "healthy" }]] }),
      { kind: "serving" },
    ],
    [
      "serves however many tasks had to be tried",
      sightOf({ stopped: [...twice("ResourceInitializationError: unable to pull secrets"), ...exits(42, 3)] }),
      { kind: "serving" },
    ],
    [
      "serves a service that is scaled to nothing",
      sightOf({ running: [], targets: [] }, { desired: 0 }),
      { kind: "serving" },
    ],

    // The two lies of `services-stable`: one deployment, running = desired, and yet not what was wanted.
    [
      "has failed where the circuit breaker put the old revision back",
      sightOf(
        { running: tasksOf(43, 2) },
        {
          taskDefinition: "vulcan-prod:43",
          ...deployments(
            deploymentOf(43, {
              rolloutReason: "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/43.",
            }),
          ),
        },
      ),
      failed("breaker-rollback", /circuit breaker stopped vulcan-prod:42 and restored vulcan-prod:43 \(.*rolling back/),
    ],
    [
      "has failed where somebody else deployed in between, however stable that is",
      sightOf({ running: tasksOf(44, 2) }, { taskDefinition: "vulcan-prod:44", ...deployments(deploymentOf(44)) }),
      failed("superseded", /another deployment \(vulcan-prod:44\) replaced vulcan-prod:42/),
    ],
    [
      "has failed where ECS gave up, even with all tasks of it still healthy",
      sightOf({}, deployments(deploymentOf(42, { rollout: "FAILED", rolloutReason: "tasks failed to start" }))),
      failed("rollout-failed", /marked the deployment of vulcan-prod:42 FAILED \(tasks failed to start\)/),
    ],

    [
      "goes on while tasks are healthy and the load balancer does not say so yet",
      sightOf({ targets: targetsOf(tasksOf(42, 2), "initial") }),
      going("0 of 2 targets of vulcan-prod:42 healthy"),
    ],
    [
      "says what the load balancer says of the targets that it waits for, each reason once",
      sightOf({
        targets: targetsOf(tasksOf(42, 2)).map((group) =>
          group.map((one) => ({ ...one, state: "unused", description: "Target is in another zone" })),
        ),
      }),
      going("0 of 2 targets of vulcan-prod:42 healthy\n2 unused: Target is in another zone"),
    ],
    [
      "goes on while only the old tasks are healthy targets",
      sightOf({ running: [...tasksOf(42, 2), ...tasksOf(43, 2)], targets: targetsOf(tasksOf(43, 2)) }),
      going("0 of 2 targets of vulcan-prod:42 healthy"),
    ],
    [
      "goes on where ECS calls it complete and a task is unhealthy",
      sightOf({ running: [taskOf(42, 0), taskOf(42, 1, { health: "UNHEALTHY" })] }),
      going("1 of 2 tasks of vulcan-prod:42 healthy"),
    ],
    [
      "goes on where ECS calls it complete and a task is missing",
      sightOf({ running: [taskOf(42, 0)] }),
      going("1 of 2 tasks of vulcan-prod:42 healthy"),
    ],
    [
      "goes on where a task is on its way out",
      sightOf({ running: [taskOf(42, 0), taskOf(42, 1, { status: "DEACTIVATING" })] }),
      going("1 of 2 tasks of vulcan-prod:42 healthy"),
    ],
    [
      "goes on while ECS has not completed the deployment",
      sightOf({}, deployments(deploymentOf(42, { rollout: "IN_PROGRESS" }), deploymentOf(43, { status: "ACTIVE" }))),
      going("tasks are healthy; ECS has not marked the deployment COMPLETED yet"),
    ],
    [
      "goes on where ECS shows no primary deployment for a moment",
      sightOf({}, deployments()),
      going("vulcan-prod shows no PRIMARY deployment"),
    ],

    [
      "leaves it to the load balancer where containers have no health check",
      sightOf({ running: tasksOf(42, 2, { health: "UNKNOWN" }) }),
      { kind: "serving" },
    ],
    [
      "does not believe unknown health that no load balancer vouches for",
      sightOf({ running: tasksOf(42, 2, { health: "UNKNOWN" }), targets: [[]] }),
      going("0 of 2 targets of vulcan-prod:42 healthy"),
    ],
    [
      "takes ECS's own word where there is neither a health check nor a load balancer",
      sightOf({ running: tasksOf(42, 2, { health: "UNKNOWN" }), targets: [] }, { targetGroups: [] }),
      { kind: "serving" },
    ],
    [
      "wants the tasks healthy in every target group, not in one of two",
      sightOf({ targets: [...targetsOf(tasksOf(42, 2)), ...targetsOf(tasksOf(42, 1))] }),
      going("1 of 2 targets of vulcan-prod:42 healthy"),
    ],
    [
      "knows the breaker by the deployment that it gave up, also where ECS gives no reason",
      sightOf({}, { ...deployments(deploymentOf(41), deploymentOf(42, { status: "ACTIVE", rollout: "FAILED" })) }),
      failed("breaker-rollback", /stopped vulcan-prod:42/),
    ],
    [
      "serves behind a classic load balancer, whose deployments have no rollout state",
      sightOf({ targets: [] }, { targetGroups: [], ...deployments(withoutRollout(deploymentOf(42))) }),
      { kind: "serving" },
    ],

    [
      "has failed as soon as one task cannot start for a reason that trying again does not cure",
      sightOf({ running: [], stopped: [stopped("CannotPullContainerError: vulcan:v1.42: not found")] }),
      proven("task-cannot-start", /cannot start: CannotPullContainerError/),
    ],
    [
      "has failed where a secret does not exist",
      sightOf({
        running: [],
        stopped: [stopped("ResourceInitializationError: x: ResourceNotFoundException: no secret")],
      }),
      proven("task-cannot-start", /no secret/),
    ],
    [
      "has failed where a secret cannot be had twice",
      sightOf({ running: [], stopped: twice("ResourceInitializationError: unable to pull secrets") }),
      proven("task-cannot-start", /secrets/),
    ],
    [
      "goes on where a name server had a bad moment",
      sightOf({
        running: [],
        stopped: [stopped("CannotPullContainerError: dial tcp: lookup ecr: no such host: not found")],
      }),
      going("0 of 2 tasks of vulcan-prod:42 healthy"),
    ],
    [
      "has failed where a second task ended by itself with a bad code",
      sightOf({ running: [taskOf(42, 0)], stopped: exits(42, 2) }),
      proven("task-exits", /^2 tasks of vulcan-prod:42 ended by themselves with exit code 3$/),
    ],
    [
      "goes on where tasks of the deployment before ended, though they ran the same revision",
      sightOf({ running: [taskOf(42, 0)], stopped: exits(42, 2, { startedBy: "ecs-svc/9" }) }),
      going("1 of 2 tasks of vulcan-prod:42 healthy"),
    ],
    [
      "goes on where replaced tasks ended with the code of SIGTERM",
      sightOf({
        running: [taskOf(42, 0)],
        stopped: exits(42, 2, {
          stopCode: "ServiceSchedulerInitiated",
          stoppedReason: "Scaling activity",
          exitCodes: [143],
        }),
      }),
      going("1 of 2 tasks of vulcan-prod:42 healthy"),
    ],
    [
      "has failed where a second task failed its health checks, one at the balancer and one in its container",
      sightOf({
        running: [taskOf(42, 0)],
        stopped: [
          stopped("Task failed ELB health checks in (target-group x)"),
          stopped("Task failed container health checks"),
        ],
      }),
      proven("health-failing", /2 tasks of vulcan-prod:42 failed their health checks/),
    ],

    [
      "waits for the service deployment's own word",
      sightOf({ deployment: recordOf({ status: "IN_PROGRESS" }) }),
      going("its service deployment is IN_PROGRESS"),
    ],
    [
      "serves after a rollback that was to bring it",
      sightOf({ deployment: backTo42("ROLLBACK_SUCCESSFUL") }),
      { kind: "serving" },
    ],
    [
      "goes on while that rollback is under way",
      sightOf({ deployment: backTo42("ROLLBACK_IN_PROGRESS") }),
      going("its service deployment is ROLLBACK_IN_PROGRESS"),
    ],
    [
      "has failed where that rollback failed",
      sightOf({ deployment: backTo42("ROLLBACK_FAILED") }),
      failed("rollback-failed", /could not roll back to vulcan-prod:42/),
    ],
    [
      "has failed where ECS goes back though PRIMARY does not show it yet",
      sightOf({
        deployment: recordOf({
          status: "ROLLBACK_REQUESTED",
          rollback: { taskDefinition: "vulcan-prod:43", startedAt: "" },
        }),
      }),
      failed("breaker-rollback", /stopped vulcan-prod:42 and restored vulcan-prod:43/),
    ],
    [
      "has failed where somebody stopped the deployment",
      sightOf({ deployment: recordOf({ status: "STOPPED", statusReason: "Stopped by StopServiceDeployment." }) }),
      failed("rollout-stopped", /was stopped \(Stopped by StopServiceDeployment/),
    ],
    [
      "has failed with the alarm's name where an alarm made ECS go back",
      sightOf(
        { deployment: recordOf({ status: "ROLLBACK_IN_PROGRESS", alarms: ["5xx-high"] }) },
        { taskDefinition: "vulcan-prod:43", ...deployments(deploymentOf(43, { rolloutReason: "rolling back" })) },
      ),
      failed("alarm-rollback", /the alarm 5xx-high stopped vulcan-prod:42, and ECS restored vulcan-prod:43/),
    ],
    [
      "has failed by a person's hand where somebody asked ECS to go back",
      sightOf(
        { deployment: recordOf({ status: "ROLLBACK_IN_PROGRESS" }) },
        deployments(deploymentOf(43, { rolloutReason: "ECS deployment stopped: rolling back to deploymentId x" })),
      ),
      failed(
        "rolled-back",
        /another operator stopped the deployment of vulcan-prod:42, and ECS restored vulcan-prod:43/,
      ),
    ],
    [
      "goes on after one such task: it may have met a passing trouble",
      sightOf({ running: [], stopped: [stopped("ResourceInitializationError: unable to pull secrets")] }),
      going("0 of 2 tasks of vulcan-prod:42 healthy"),
    ],
    [
      "goes on where a pull was merely slow",
      sightOf({ running: [], stopped: [stopped("CannotPullContainerError: i/o timeout")] }),
      going("0 of 2 tasks of vulcan-prod:42 healthy"),
    ],
    [
      "goes on where a task failed its health check once",
      sightOf({ running: [taskOf(42, 0)], stopped: [stopped("Task failed container health checks")] }),
      going("1 of 2 tasks of vulcan-prod:42 healthy"),
    ],
    [
      "is not told by a stop from before this deployment",
      sightOf({ stopped: [{ ...stopped("ResourceInitializationError: x"), stoppedAt: "2026-04-01T00:00:00.000Z" }] }),
      { kind: "serving" },
    ],
    [
      "is not told by another revision's stop",
      sightOf({ stopped: [{ ...stopped("ResourceInitializationError: x"), taskDefinition: "vulcan-prod:43" }] }),
      { kind: "serving" },
    ],
  ])("%s", (_name, sight, judgement) => {
    expect(assessRollout(WANTED, sight)).toEqual(judgement);
  });
});

function withoutRollout({ rollout: _, ...rest }: Deployment): Deployment {
  return rest;
}

function stopped(stoppedReason: string) {
  return taskOf(42, 9, { status: "STOPPED", stoppedReason, stoppedAt: "2026-04-10T11:59:00.000Z" });
}

describe("a rollout that is done", () => {
  it("is told with targets only where a load balancer has some", () => {
    const bare = sightOf({ targets: [] }, { targetGroups: [] });
    expect([served(WANTED, sightOf(), 300, 0), served(WANTED, bare, 300, 0)]).toEqual([
      "vulcan-prod:42 healthy on 2/2 tasks and targets",
      "vulcan-prod:42 healthy on 2/2 tasks",
    ]);
  });
});

it("a service that wants no task proves nothing of the revision that it is set to", () => {
  const sight = sightOf({ running: [], targets: [[]] }, { desired: 0, running: 0 });
  expect(served(WANTED, sight, 300, 0)).toBe(
    "vulcan-prod:42 is deployed, but the service is scaled to 0: that proves nothing",
  );
});

describe("target groups", () => {
  const two = ["arn:x:targetgroup/web/1", "arn:x:targetgroup/admin/2"];
  const running = tasksOf(42, 2);
  const [web] = targetsOf(running);
  const foreign = [{ address: "2600::9", state: "healthy" }];

  it("are a line each, and never added up", () => {
    const admin = [{ address: "10.0.42.0", state: "healthy" }];
    const sight = sightOf({ running, targets: [web ?? [], admin] }, { targetGroups: two });
    expect(assessRollout(WANTED, sight)).toEqual(
      going("2 of 2 targets of vulcan-prod:42 healthy in web\n1 of 2 targets of vulcan-prod:42 healthy in admin"),
    );
  });

  it("count another revision's targets each for itself", () => {
    const others = tasksOf(43, 1);
    const group = [...(web ?? []), ...(targetsOf(others)[0] ?? [])];
    const sight = sightOf({ running: [...running, ...others], targets: [group, group] }, { targetGroups: two });
    expect(assessRollout(WANTED, sight)).toEqual(
      going(
        "1 targets of other revisions still take traffic in web\n1 targets of other revisions still take traffic in admin",
      ),
    );
  });

  it.each([["healthy"], ["unhealthy"], ["unused"]])(
    "of which no target (%s) belongs to a task leave the word to ECS, at once",
    (state) => {
      const unmatched = [{ address: "2600::9", state }];
      const sight = sightOf({ running, targets: [unmatched] });
      expect(assessRollout(WANTED, sight)).toEqual({ kind: "serving" });
      expect(describeRollout(WANTED, sight, { kind: "serving" })).toContain("cannot be matched to tasks");
      expect(served(WANTED, sight, 300, 0)).toBe(
        "vulcan-prod:42 healthy on 2/2 tasks; the targets of vulcan cannot be matched to tasks: ECS's own word decides",
      );
    },
  );

  it("cannot be matched, and ECS has not completed: that is what is waited for", () => {
    const sight = sightOf({ running, targets: [foreign] }, deployments(deploymentOf(42, { rollout: "IN_PROGRESS" })));
    expect(assessRollout(WANTED, sight)).toEqual(
      going("tasks are healthy; ECS has not marked the deployment COMPLETED yet"),
    );
  });

  it("without any target are not yet registered, and not unmatched", () => {
    expect(assessRollout(WANTED, sightOf({ running, targets: [[]] }))).toEqual(
      going("0 of 2 targets of vulcan-prod:42 healthy"),
    );
  });

  it("of which one cannot be matched do not excuse another", () => {
    const sight = sightOf({ running, targets: [foreign, []] }, { targetGroups: two });
    expect(assessRollout(WANTED, sight)).toEqual(going("0 of 2 targets of vulcan-prod:42 healthy in admin"));
  });
});
