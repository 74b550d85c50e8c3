import type { Image } from "../vulcan/image.ts";
import { LONG_LIVED } from "./base-history.ts";
import { DUPLICATES } from "./rollout-troubles.ts";
import { DAYS, HOURS, MINUTES, type Scenario } from "./scenario.ts";
import { release } from "./vulcan-releases.ts";

/** :42 knows the migrations of :41; the next release brings two more. */
const revisions = (next: Image): Scenario["revisions"] => [
  ...LONG_LIVED.revisions.filter(({ revision }) => revision !== 42),
  { revision: 42, age: 6 * DAYS, image: release("1.42.1", 6) },
  { revision: 43, age: 2 * HOURS, image: next },
];

export const majorRelease: Scenario = {
  ...LONG_LIVED,
  name: "major-release",
  summary: "vulcan-prod:42 runs well on three tasks at migration 6; :43, good and not yet deployed, brings 7 and 8",
  revisions: revisions(release("2.0.0", 8)),
  migrated: LONG_LIVED.migrated.slice(0, 6),
  current: { revision: 42, age: 6 * DAYS, state: "COMPLETED" },
  tasks: [{ revision: 42, count: 3, age: 6 * DAYS }],
  demand: 48,
  autoscaler: { least: 2, most: 6, cpu: 27 },
};

export const majorReleaseFails: Scenario = {
  ...majorRelease,
  name: "major-release-fails",
  summary: "As major-release, but migration 8 fails on the data that is there, after 7 was applied",
  revisions: revisions(release("2.0.0", 8, { kind: "healthy" }, { ownMigration: DUPLICATES })),
};

export const majorReleaseSlow: Scenario = {
  ...majorRelease,
  name: "major-release-slow",
  summary: "As major-release, with a Vulcan that has migrate up; migration 8 waits for 20 min behind a long report",
  revisions: revisions(release("2.0.0", 8, { kind: "healthy" }, { startsSlowly: true })),
  report: { table: "documents", lasts: 20 * MINUTES },
  vulcan: { migrateUp: true },
};

export const majorReleaseLingers: Scenario = {
  ...majorRelease,
  name: "major-release-lingers",
  summary: "As major-release, but the tasks of :42 do not end: once drained they stay in DEPROVISIONING for 2 h",
  timings: { deprovisioning: 2 * HOURS },
};

export const majorReleaseUnplaced: Scenario = {
  ...majorRelease,
  name: "major-release-unplaced",
  summary: "As major-release, but there is room for three tasks and no more: those of :43 wait in PROVISIONING",
  capacity: LONG_LIVED.desired,
};

export const majorReleaseKills: Scenario = {
  ...majorRelease,
  name: "major-release-kills",
  summary: "As major-release, but the tasks of :42 ignore SIGTERM: after their stopTimeout SIGKILL ends them",
  revisions: revisions(release("2.0.0", 8)).map((one) =>
    one.revision === 42 ? { ...one, image: release("1.42.1", 6, { kind: "healthy" }, { ignoresTerm: true }) } : one,
  ),
};
