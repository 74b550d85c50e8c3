import { LONG_LIVED } from "./long-lived.ts";
import { DAYS, HOURS, type Scenario } from "./scenario.ts";
import { release } from "./vulcan-releases.ts";

/** :42 knows the migrations of :41; the next release brings two more. */
const REVISIONS: Scenario["revisions"] = [
  ...LONG_LIVED.revisions.filter(({ revision }) => revision !== 42),
  { revision: 42, age: 6 * DAYS, image: release("1.42.1", 6) },
  { revision: 43, age: 2 * HOURS, image: release("2.0.0", 8) },
];

export const majorRelease: Scenario = {
  ...LONG_LIVED,
  name: "major-release",
  summary: "vulcan-prod:42 runs well on three tasks at migration 6; :43, good and not yet deployed, brings 7 and 8",
  revisions: REVISIONS,
  migrated: LONG_LIVED.migrated.slice(0, 6),
  current: { revision: 42, age: 6 * DAYS, state: "COMPLETED" },
  tasks: [{ revision: 42, count: 3, age: 6 * DAYS }],
  demand: 48,
  autoscaler: { least: 2, most: 6, cpu: 27 },
};
