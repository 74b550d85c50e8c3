import { afterAll, beforeAll, expect, it } from "vitest";
import { openRig, type Rig } from "../support/sandbox-harness.ts";
import { busiestMinute, deploy, progressOf, troubleAfter, waitFor } from "../support/stories/rollout.ts";

/** Slow enough that a request's own time, which is not virtual, does not count for much. */
const SPEED = 10;

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("bad-but-healthy", SPEED);
});
afterAll(() => rig.close());

it("a minute of waiting has 40 calls at most, one of throttling fewer, and the end is the right one", async () => {
  await deploy(42);
  const throttle = { operation: "*", when: "before", kind: "throttle" } as const;
  const trouble = troubleAfter(rig.sandbox, ["DescribeServices", 4], throttle, 60);
  const outcome = await waitFor(rig, 42);
  await trouble;
  expect(outcome.code).toBe(0);
  expect(progressOf(outcome)).toContainEqual(expect.stringMatching(/^cannot read the service/));
  expect(busiestMinute(rig.sandbox)).toBeLessThanOrEqual(40);
}, 60_000);
