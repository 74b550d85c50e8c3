import { describe, expect, it } from "vitest";
import { judge } from "../../src/actions/rollout-judge.ts";
import type { Sight } from "../../src/actions/rollout-sight.ts";
import type { Deployment, Service } from "../../src/aws/shapes.ts";
import { deploymentOf, serviceOf, targetsOf, taskOf, tasksOf } from "./support.ts";

const WANTED = "vulcan-prod:42";

/** Everything as it is when 42 serves on both tasks. */
function sightOf(change: Partial<Sight> = {}, service: Partial<Service> = {}): Sight {
  const running = change.running ?? tasksOf(42, 2);
  return { service: serviceOf(42, service), running, stopped: [], targets: targetsOf(running), ...change };
}

const deployments = (...list: readonly Deployment[]) => ({ deployments: list });
const going = (why: string) => ({ kind: "going", why });
const failed = (reason: string, text: RegExp) => ({ kind: "failed", reason, text: expect.stringMatching(text) });

const twice = (reason: string) => [stopped(reason), stopped(reason)];

describe("where a rollout stands", () => {
  it.each<[string, Sight, object]>([
    ["serves", sightOf(), { kind: "serving" }],
    [
      "serves while the old tasks are still draining",
      sightOf({ running: [...tasksOf(42, 2), ...tasksOf(43, 2)] }),
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
      failed("breaker-rollback", /circuit breaker gave vulcan-prod:42 up and put vulcan-prod:43 back \(.*rolling back/),
    ],
    [
      "has failed where somebody else deployed in between, however stable that is",
      sightOf({ running: tasksOf(44, 2) }, { taskDefinition: "vulcan-prod:44", ...deployments(deploymentOf(44)) }),
      failed("superseded", /another deployment \(vulcan-prod:44\) replaced vulcan-prod:42/),
    ],
    [
      "has failed where ECS gave up, even with all tasks of it still healthy",
      sightOf({}, deployments(deploymentOf(42, { rollout: "FAILED", rolloutReason: "tasks failed to start" }))),
      failed("rollout-failed", /gave the deployment of vulcan-prod:42 up \(tasks failed to start\)/),
    ],

    [
      "goes on while tasks are healthy and the load balancer does not say so yet",
      sightOf({ targets: targetsOf(tasksOf(42, 2), "initial") }),
      going("0 of 2 targets of vulcan-prod:42 healthy"),
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
      going("ECS has not completed the deployment"),
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
      failed("breaker-rollback", /gave vulcan-prod:42 up/),
    ],
    [
      "serves behind a classic load balancer, whose deployments have no rollout state",
      sightOf({ targets: [] }, { targetGroups: [], ...deployments(withoutRollout(deploymentOf(42))) }),
      { kind: "serving" },
    ],

    [
      "has failed as soon as two tasks cannot start for a reason that trying again does not cure",
      sightOf({ running: [], stopped: twice("CannotPullContainerError: vulcan:v1.42: not found") }),
      failed("task-cannot-start", /cannot start: CannotPullContainerError/),
    ],
    [
      "has failed where a secret cannot be had",
      sightOf({ stopped: twice("ResourceInitializationError: unable to pull secrets") }),
      failed("task-cannot-start", /secrets/),
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
    expect(judge(WANTED, sight)).toEqual(judgement);
  });
});

function withoutRollout({ rollout: _, ...rest }: Deployment): Deployment {
  return rest;
}

function stopped(stoppedReason: string) {
  return taskOf(42, 9, { status: "STOPPED", stoppedReason, stoppedAt: "2026-04-10T11:59:00.000Z" });
}
