import { describe, expect, it } from "vitest";
import { openFor } from "../../../../src/actions/ecs/rollout/glance.ts";
import { areAllKnown, namesToRead, refreshed } from "../../../../src/actions/ecs/rollout/known-tasks.ts";
import type { Deployment, Service, Task } from "../../../../src/domain/aws/ecs.ts";
import { deploymentOf, serviceOf, targetsOf, taskOf, tasksOf } from "../../support.ts";

const NEW = { startedBy: "ecs-svc/43" };
const OLD = { startedBy: "ecs-svc/42" };

function counting(counts: Partial<Deployment>, change: Partial<Service> = {}): Service {
  const own = deploymentOf(43, { rollout: "IN_PROGRESS", running: 2, pending: 0, ...counts });
  return serviceOf(43, { deployments: [own, deploymentOf(42, { status: "ACTIVE", running: 1 })], ...change });
}

describe("tasks are read by name, which takes one call and not three", () => {
  const known = { running: [...tasksOf(43, 2, NEW), taskOf(42, 0, OLD)], stopped: [] };
  const started = { at: "2026-04-10T12:00:10.000Z", text: "(service vulcan-prod) has started 1 tasks: (task x)." };

  it.each<[string, Service, boolean]>([
    ["the service counts them", counting({}), true],
    ["some of them are pending", counting({ running: 0, pending: 2 }), true],
    ["it counts one more", counting({ running: 3 }), false],
    ["it counts one less: its name tells which", counting({ running: 1 }), true],
    ["one has failed since", counting({ failed: 1 }), false],
    ["one has started since, in place of another", counting({}, { events: [started] }), false],
    ["a deployment does not count its tasks", { ...counting({}), deployments: [uncounted()] }, false],
  ])("if %s: %#", (_, now, isKnown) => {
    expect(areAllKnown(now, known, counting({}))).toBe(isKnown);
  });

  it("also if ECS no longer shows the deployment of one of them", () => {
    const now = { ...counting({}), deployments: counting({}).deployments.slice(0, 1) };
    expect(areAllKnown(now, known, counting({}))).toBe(true);
  });

  function uncounted(): Deployment {
    const { running: _, pending: __, ...rest } = deploymentOf(43);
    return rest;
  }
});

describe("what was read by name", () => {
  const gone = taskOf(42, 9, { status: "STOPPED" });
  const known = { running: tasksOf(43, 2), stopped: [taskOf(42, 0, { status: "DEACTIVATING" }), gone] };

  it("leaves out what has ended", () => {
    expect(namesToRead(known)).toEqual(["43-0", "43-1", "42-0"]);
  });

  it("moves a task that is stopping to the stopped ones, and keeps those that had stopped", () => {
    const stopping = taskOf(43, 1, { desired: "STOPPED", stoppedReason: "Task failed container health checks" });
    const read = [taskOf(43, 0), stopping, taskOf(42, 0, { status: "STOPPED" })];
    const now = refreshed(known, read);
    expect(now?.running.map(({ id }) => id)).toEqual(["43-0"]);
    expect(now?.stopped.map(({ id, status }) => `${id} ${status}`)).toEqual([
      "43-1 RUNNING",
      "42-0 STOPPED",
      "42-9 STOPPED",
    ]);
  });

  it("is not enough if ECS no longer knows one of them", () => {
    expect(refreshed(known, [taskOf(43, 0), taskOf(43, 1)])).toBeUndefined();
  });
});

describe("what is still open", () => {
  const seen = (running: readonly Task[], healthy = running) => ({
    service: serviceOf(43),
    running,
    stopped: [],
    targets: [
      [
        ...targetsOf(healthy),
        ...targetsOf(
          running.filter((one) => !healthy.includes(one)),
          "initial",
        ),
      ].flat(),
    ],
  });

  it.each<[string, readonly Task[], readonly Task[] | undefined, "tasks" | "targets" | undefined]>([
    ["no task is known: the service counts", [], undefined, undefined],
    ["a task starts", tasksOf(43, 2, { status: "PENDING" }), undefined, "tasks"],
    ["they run, a target is not healthy", tasksOf(43, 2), tasksOf(43, 1), "targets"],
    ["a container's check has not passed", [taskOf(43, 0), taskOf(43, 1, { health: "UNKNOWN" })], undefined, "tasks"],
    ["no container has a check", tasksOf(43, 2, { health: "UNKNOWN" }), undefined, undefined],
    ["all are healthy", tasksOf(43, 2), undefined, undefined],
  ])("%s", (_, running, healthy, open) => {
    const addressed = (tasks: readonly Task[] | undefined) =>
      tasks === undefined ? running : running.filter(({ id }) => tasks.some((one) => one.id === id));
    expect(openFor("vulcan-prod:43", seen(running, addressed(healthy)))).toBe(open);
  });
});
