import type { Image } from "../vulcan/image.ts";
import { DAYS, MINUTES, type PastDeployment, type Scenario } from "./scenario.ts";
import { release } from "./vulcan-releases.ts";

/** Releases 38 to 42. All are good except :40, which was rolled back. :39 has been deregistered since. */
const RELEASES: Scenario["revisions"] = [
  { revision: 38, age: 61 * DAYS, image: release("1.38.0", 4) },
  { revision: 39, age: 44 * DAYS, image: release("1.39.0", 5), inactive: true },
  {
    revision: 40,
    age: 31 * DAYS,
    image: release("1.40.0", 5, { kind: "failing-health", reason: "relay: listener did not start" }),
  },
  { revision: 41, age: 24 * DAYS, image: release("1.41.0", 6) },
  { revision: 42, age: 6 * DAYS, image: release("1.42.0", 7) },
];

/** The service's deployments before the current one. The second deployment of :41 was a forced one. */
const HISTORY: readonly PastDeployment[] = [
  { revision: 38, age: 61 * DAYS, status: "SUCCESSFUL" },
  { revision: 39, age: 44 * DAYS, status: "SUCCESSFUL" },
  { revision: 40, age: 31 * DAYS, status: "ROLLBACK_SUCCESSFUL", took: 14 * MINUTES },
  { revision: 41, age: 24 * DAYS, status: "SUCCESSFUL" },
  { revision: 41, age: 15 * DAYS, status: "SUCCESSFUL" },
];

/** Migrations 1 to 7, each applied when the first release that knows it started. */
const MIGRATED: readonly number[] = [200, 200, 120, 61, 44, 24, 6].map((days) => days * DAYS);

/** A service that has been deployed for months: the common past of most scenarios. */
export const LONG_LIVED = {
  desired: 3,
  revisions: RELEASES,
  history: HISTORY,
  migrated: MIGRATED,
  breaker: { enable: false, rollback: false },
  deregistrationDelaySeconds: 300,
} as const satisfies Partial<Scenario>;

/** Adds the release after :42, registered `age` ago. The scenario says whether it is deployed. */
export const nextRelease = (image: Image, age: number): Scenario["revisions"] => [
  ...LONG_LIVED.revisions,
  { revision: 43, age, image },
];
