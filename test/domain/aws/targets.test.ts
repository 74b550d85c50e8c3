import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TargetHealth, Task } from "../../../src/domain/aws/ecs.ts";
import { cannotBeMatched, groupName, groupsOf, isHealthyIn } from "../../../src/domain/aws/targets.ts";

const taskAt = (addresses: readonly string[], status = "RUNNING"): Task => ({
  id: addresses.join(),
  taskDefinition: "vulcan-prod:42",
  status,
  health: "HEALTHY",
  exitCodes: [],
  addresses,
});
const target = (address: string, state = "healthy"): TargetHealth => ({ address, state });

/** The three forms by which a target group knows a task. */
const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.tuple(fc.nat(), fc.nat(65_535)).map(([id, port]) => `i-0${id.toString(16)}:${port}`),
);

describe("a target and its task", () => {
  it("are joined by any of the task's addresses", () => {
    fc.assert(
      fc.property(fc.uniqueArray(address, { minLength: 2, maxLength: 4 }), fc.nat(3), ([first = "", ...own], pick) => {
        const chosen = own[pick % own.length] ?? "";
        expect(isHealthyIn(taskAt(own), [target(first), target(chosen)])).toBe(true);
        expect(isHealthyIn(taskAt(own), [target(first), target(chosen, "unhealthy")])).toBe(false);
        expect(cannotBeMatched([target(first)], [taskAt(own)])).toBe(true);
        expect(cannotBeMatched([target(first), target(chosen, "draining")], [taskAt(own)])).toBe(false);
      }),
    );
  });

  it("cannot be matched only where there are targets, and tasks that run", () => {
    expect(cannotBeMatched([], [taskAt(["10.0.0.1"])])).toBe(false);
    expect(cannotBeMatched([target("10.0.0.9")], [])).toBe(false);
    expect(cannotBeMatched([target("10.0.0.9")], [taskAt([], "PROVISIONING")])).toBe(false);
    expect(cannotBeMatched([target("10.0.0.9")], [taskAt([])])).toBe(true);
    // The targets of a task that has stopped are known: the new one's are not registered yet.
    expect(cannotBeMatched([target("10.0.0.9")], [taskAt(["10.0.0.1"]), taskAt(["10.0.0.9"], "STOPPED")])).toBe(false);
  });
});

it("a target group is called by its name", () => {
  const arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/vulcan-prod/6d0ecf831eec9f09";
  expect(groupName(arn)).toBe("vulcan-prod");
  expect(groupsOf({ targetGroups: [arn] }, [[]])).toEqual([{ name: "vulcan-prod", targets: [] }]);
});
