import { afterAll, beforeAll, expect, it } from "vitest";
import { openRig, type Rig } from "../support/rig.ts";
import { busiestMinute, deploy, eventOf, momentOf, progressOf, troubleAfter, waitFor } from "./rollout-support.ts";

/** Slow enough that a request's own time, which is not virtual, does not count for much. */
const SPEED = 10;

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("bad-but-healthy", SPEED);
});
afterAll(() => rig.close());

it("success is told within 8 s of the moment at which it is one, and a minute of waiting has 40 calls at most", async () => {
  await deploy(42);
  const truth = momentOf(rig.sandbox, ({ services: [service] }) => {
    const [primary] = service?.deployments ?? [];
    return primary?.taskDefinition === "vulcan-prod:42" && primary.rolloutState === "COMPLETED";
  });
  const outcome = await waitFor(rig, 42);
  const told = Date.parse(eventOf(outcome, "step.verified").at);
  const seconds = (told - (await truth)) / 1000;
  expect(seconds).toBeLessThanOrEqual(8);
  expect(busiestMinute(rig.sandbox)).toBeLessThanOrEqual(40);
}, 60_000);

it("a failure that no further try can cure is told within 5 s of the first stopped task", async () => {
  await rig.sandbox.reset("image-gone");
  await deploy(42);
  const truth = momentOf(rig.sandbox, ({ services: [service] }) =>
    (service?.tasks ?? []).some(({ stoppedReason }) => stoppedReason?.startsWith("CannotPull") === true),
  );
  const outcome = await waitFor(rig, 42);
  const failed = eventOf(outcome, "step.failed");
  const seconds = (Date.parse(failed.at) - (await truth)) / 1000;
  expect(failed.reason).toBe("task-cannot-start");
  expect(seconds).toBeLessThanOrEqual(5);
}, 60_000);

it("a minute of throttling is waited out with fewer calls, and the end is the right one", async () => {
  await rig.sandbox.reset("bad-but-healthy");
  await deploy(42);
  const throttle = { operation: "*", when: "before", kind: "throttle" } as const;
  const trouble = troubleAfter(rig.sandbox, ["DescribeServices", 4], throttle, 60);
  const outcome = await waitFor(rig, 42);
  await trouble;
  expect(outcome.code).toBe(0);
  expect(progressOf(outcome)).toContainEqual(expect.stringMatching(/^cannot see the service just now/));
  expect(busiestMinute(rig.sandbox)).toBeLessThanOrEqual(40);
}, 60_000);
