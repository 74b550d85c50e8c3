import { describe, expect, it } from "vitest";
import { budgetOf } from "../../../../src/actions/ecs/rollout/reader.ts";
import { waitForTaskChange } from "../../../../src/actions/ecs/rollout/wait-for-task-change.ts";
import type { Service, Task } from "../../../../src/domain/aws/ecs.ts";
import { OpsError } from "../../../../src/domain/error.ts";
import { EXIT } from "../../../../src/domain/exit-codes.ts";
import type { ActionServices } from "../../../../src/domain/services.ts";
import { serviceOf, targetsOf, taskOf, tasksOf, waitingFor, worldOf } from "../../support.ts";

/** A world in which each kind of read is counted, and answers by the number of the read. */
function worldBy(answers: {
  tasks?: (read: number) => readonly Task[];
  service?: (read: number) => Service;
  healthy?: (read: number) => readonly Task[];
}) {
  const world = worldOf();
  const asked = { tasks: 0, service: 0, targets: 0 };
  const looking: ActionServices = {
    ...world,
    aws: {
      ...world.aws,
      ecs: {
        ...world.aws.ecs,
        tasksNamed: async () => answers.tasks?.(++asked.tasks) ?? [],
        service: async () => answers.service?.(++asked.service) ?? serviceOf(42),
      },
      targetHealth: async () => {
        asked.targets++;
        return targetsOf(answers.healthy?.(asked.targets) ?? [])[0] ?? [];
      },
    },
  };
  return { waiting: waitingFor(looking, 600), asked };
}

const service = serviceOf(42, { targetGroups: ["group"] });
const secondsOf = (waiting: { clock: { now(): number } }, from: number) => (waiting.clock.now() - from) / 1000;

describe("until a service that is scaled stirs", () => {
  it("tasks that leave are asked for alone, and looked at fully once the last has stopped", async () => {
    const leaving = [taskOf(42, 8, { status: "DEACTIVATING" }), taskOf(42, 9, { status: "DEACTIVATING" })];
    const { waiting, asked } = worldBy({
      tasks: (read) => leaving.map((task, at) => ({ ...task, status: at < read - 1 ? "STOPPED" : task.status })),
    });
    const begun = waiting.clock.now();
    await waitForTaskChange(1, { service, running: tasksOf(42, 1), stopped: leaving, targets: [] }, waiting);
    // As long as any of them drains, they are five seconds apart.
    expect([secondsOf(waiting, begun), asked]).toEqual([15, { tasks: 3, service: 0, targets: 0 }]);
  });

  it("tasks that have drained are looked at more often the nearer they are to their end", async () => {
    const states = ["DEACTIVATING", "STOPPING", "STOPPING", "DEPROVISIONING", "DEPROVISIONING", "STOPPED"];
    const { waiting, asked } = worldBy({ tasks: (read) => [taskOf(42, 8, { status: states[read - 1] ?? "" })] });
    const begun = waiting.clock.now();
    const stopped = [taskOf(42, 8, { status: "DEACTIVATING" })];
    await waitForTaskChange(0, { service, running: [], stopped, targets: [] }, waiting);
    expect([secondsOf(waiting, begun), asked.tasks]).toEqual([5 + 5 + 2.5 + 2.5 + 1 + 1, 6]);
  });

  it.each([
    [0, 0, 10],
    [0, 0, 28],
    [0, 0, 55],
    [0, 30, 15],
    [120, 10, 25],
    [290, 30, 40],
  ])(
    "drained for %i s, stopping for %i s and losing its place for %i s, it is soon seen to be gone",
    async (...spans) => {
      const [draining = 0, stopping = 0, losing = 0] = spans;
      const states = (second: number) => {
        if (second < draining) return "DEACTIVATING";
        if (second < draining + stopping) return "STOPPING";
        return second < draining + stopping + losing ? "DEPROVISIONING" : "STOPPED";
      };
      const { waiting } = worldBy({ tasks: () => [taskOf(42, 8, { status: states(secondsOf(waiting, begun)) })] });
      const begun = waiting.clock.now();
      for (let status = states(0); status !== "STOPPED"; status = states(secondsOf(waiting, begun))) {
        // As many calls as the full look takes that comes before.
        budgetOf(waiting.services).spend(5, waiting.clock.now());
        const stopped = [taskOf(42, 8, { status })];
        await waitForTaskChange(0, { service, running: [], stopped, targets: [] }, waiting);
      }
      expect(secondsOf(waiting, begun) - (draining + stopping + losing)).toBeLessThanOrEqual(5);
    },
  );

  it("before ECS has begun, its own numbers tell", async () => {
    const { waiting, asked } = worldBy({
      service: (read) => ({ ...service, running: read < 2 ? (service.running ?? 0) : 1 }),
    });
    const begun = waiting.clock.now();
    await waitForTaskChange(1, { service, running: tasksOf(42, 3), stopped: [], targets: [] }, waiting);
    expect([secondsOf(waiting, begun), asked]).toEqual([5, { tasks: 0, service: 2, targets: 0 }]);
  });

  it("tasks that start are seen in their target group", async () => {
    const { waiting, asked } = worldBy({ healthy: (read) => tasksOf(42, Math.min(read, 3)) });
    const begun = waiting.clock.now();
    await waitForTaskChange(3, { service, running: tasksOf(42, 3), stopped: [], targets: [] }, waiting);
    expect([secondsOf(waiting, begun), asked]).toEqual([7.5, { tasks: 0, service: 0, targets: 3 }]);
  });

  it("tasks without a target group are asked for themselves", async () => {
    const starting = tasksOf(42, 2).map((task) => ({ ...task, status: "PENDING" }));
    const { waiting, asked } = worldBy({ tasks: (read) => (read < 3 ? starting : tasksOf(42, 2)) });
    const begun = waiting.clock.now();
    await waitForTaskChange(
      2,
      { service: serviceOf(42, { targetGroups: [] }), running: starting, stopped: [], targets: [] },
      waiting,
    );
    expect([secondsOf(waiting, begun), asked]).toEqual([7.5, { tasks: 3, service: 0, targets: 0 }]);
  });

  it.each([1, 2, 5])(
    "with %i target groups a minute has 36 calls at most, and a full look is always left",
    async (count) => {
      const targetGroups = Array.from({ length: count }, (_, at) => `group-${at}`);
      const many = serviceOf(42, { targetGroups });
      const { waiting, asked } = worldBy({ healthy: () => [] });
      const begun = waiting.clock.now();
      const sight = { service: many, running: tasksOf(42, 3), stopped: [], targets: [] };
      while (waiting.clock.now() < begun + 60_000) await waitForTaskChange(3, sight, waiting);
      expect(asked.targets).toBeGreaterThan(20 / count);
      expect(asked.targets + 1 + 3 + count).toBeLessThanOrEqual(36 + count);
    },
  );

  it("whatever is asked says nothing, or fails for a passing reason: everything is looked at after a minute", async () => {
    const busy = new OpsError({
      code: "aws-throttled",
      exitCode: EXIT.failed,
      fault: "remote",
      message: "",
      effect: "none",
    });
    const { waiting, asked } = worldBy({
      service: (read) => {
        if (read % 2 === 0) throw busy;
        return service;
      },
    });
    const begun = waiting.clock.now();
    await waitForTaskChange(1, { service, running: tasksOf(42, 3), stopped: [], targets: [] }, waiting);
    expect([secondsOf(waiting, begun), asked.service]).toEqual([60, 24]);
  });
});
