import { describe, expect, it } from "vitest";
import { awaitQuiet } from "../../../src/actions/scaling/await-quiet.ts";
import { suspendScaling } from "../../../src/actions/scaling/suspend.ts";
import type { StepPlan } from "../../../src/domain/action.ts";
import { fixedClock, serviceOf, TARGET, waitingFor, worldOf } from "../support.ts";

/** A run has suspended auto scaling; the service is set to so many tasks. */
function heldAt(desired: number) {
  const world = worldOf({ service: serviceOf(42, { desired }) });
  const suspended = { inSuspended: true, outSuspended: true, scheduledSuspended: true };
  const around = { ...world.aws.around, scalingTarget: async () => ({ least: 1, most: 6, ...suspended }) };
  return { ...world, aws: { ...world.aws, around } };
}

/** What the restoring steps are given after a run that set three tasks to one. */
const RELEASE = { least: 2, suspended: "none", still: "in,out,scheduled", size: 3, shrunk: 1 };
const QUIET = { held: "none", size: 3, shrunk: 1 };

async function planned(
  action: typeof suspendScaling | typeof awaitQuiet,
  given: Readonly<Record<string, unknown>>,
  desired: number,
): Promise<StepPlan> {
  const observed = await action.observe(given as never, {
    services: heldAt(desired),
    target: TARGET,
    clock: fixedClock(),
  });
  if (observed.kind !== "observed") throw new Error(observed.kind);
  return action.plan(given as never, observed.value as never, {});
}

describe("while the size of before is not back", () => {
  it("auto scaling stays suspended, and the step says why", async () => {
    const plan = await planned(suspendScaling, RELEASE, 1);
    const why = "vulcan-prod is still set to 1 of 3 tasks: auto scaling would act on the load of so few";
    expect(plan).toMatchObject({ changes: [], waitsFor: why });
    expect(await suspendScaling.verify?.(RELEASE, { outputs: {} }, waitingFor(heldAt(1)))).toMatchObject({
      kind: "false",
      failure: { reason: "size-not-back", text: why },
    });
  });

  it("calm alarms are not waited for: nothing is about to be released", async () => {
    expect(await planned(awaitQuiet, QUIET, 1)).not.toHaveProperty("waitsFor");
  });
});

describe("auto scaling is released, once its alarms are calm,", () => {
  it.each([
    ["where the size is back", 3, RELEASE],
    ["where a colleague has set another size: that stays", 2, RELEASE],
    ["where the service had no more tasks before", 1, { ...RELEASE, size: 1 }],
    ["where the run did not touch the size", 1, { least: 2, suspended: "none", still: "in,out,scheduled" }],
  ])("%s", async (_name, desired, given) => {
    expect((await planned(suspendScaling, given, desired)).proposal).toBeDefined();
    const { size, shrunk } = { size: undefined, shrunk: undefined, ...given };
    const sizes = size === undefined ? {} : { size, shrunk };
    expect(await planned(awaitQuiet, { held: "none", ...sizes }, desired)).toHaveProperty("waitsFor");
  });
});

it.each([
  ["none", 2, "none", 1, "suspend"],
  ["none", 1, "none", 2, "resume"],
  ["none", 2, "in", 2, "suspend"],
  ["in", 2, "none", 2, "resume"],
  ["in,out", 2, "out", 2, "resume"],
  ["in,out,scheduled", 1, "none", 2, "resume"],
] as const)("suspended %s with minimum %i, then %s with %i: %s", async (was, from, suspended, least, verb) => {
  const is = (way: string) => was.split(",").includes(way);
  const now = { inSuspended: is("in"), outSuspended: is("out"), scheduledSuspended: is("scheduled") };
  const value = { resource: "service/c/vulcan-prod", now: { least: from, most: 6, ...now }, held: undefined };
  expect(suspendScaling.plan({ least, suspended }, value as never, {}).deed?.verb).toBe(verb);
});
