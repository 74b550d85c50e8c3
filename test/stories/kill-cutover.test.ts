import { expect } from "vitest";
import type { Rig } from "../support/sandbox-harness.ts";
import { BRISK } from "../support/stories/cutover.ts";
import { type Case, passThroughDeath } from "../support/stories/kill.ts";
import { names } from "../support/stories/restore.ts";

const COPY = "vulcan-prod-then";

/** One instance has the production name, one other is beside it, and the service has all its tasks. */
const endsWith = (other: RegExp) => async (rig: Rig) => {
  const [first, second, ...more] = (await names()).map(String).sort();
  expect([first, more]).toEqual(["vulcan-prod", []]);
  expect(second).toMatch(other);
  const { desired } = rig.sandbox.state().services[0] ?? {};
  expect(desired).toBe(3);
};

const DONE = ["RestoreDBInstanceToPointInTime", "ModifyDBInstance", "UpdateService"];

const cutover = {
  runbook: "restore-database",
  isLong: true,
  moments: 2,
  inputs: { latest: true, as: COPY, cutover: "rename" },
  reset: (rig) => rig.sandbox.reset("healthy"),
  revision: "vulcan-prod:42",
} as const satisfies Partial<Case>;

passThroughDeath(
  [
    {
      ...cutover,
      mode: "do",
      // After either rename.
      afterSends: [4, 5],
      writes: [...DONE, "ModifyDBInstance", "ModifyDBInstance", "UpdateService"],
      also: endsWith(/^vulcan-prod-until-\d{12}$/),
    },
    {
      ...cutover,
      isVariant: true,
      mode: "undo",
      afterSends: [2],
      writes: [
        ...[...DONE, "ModifyDBInstance", "ModifyDBInstance", "UpdateService"],
        ...["UpdateService", "ModifyDBInstance", "ModifyDBInstance", "UpdateService", "ModifyDBInstance"],
      ],
      also: endsWith(/^vulcan-prod-then$/),
    },
  ],
  BRISK,
);
