import { LONG_LIVED, nextRelease } from "./base-history.ts";
import { DAYS, HOURS, type Scenario } from "./scenario.ts";
import { release } from "./vulcan-releases.ts";

export const healthy: Scenario = {
  ...LONG_LIVED,
  name: "healthy",
  summary: "vulcan-prod:42 runs well on three tasks; :43 is registered, good, and not yet deployed",
  revisions: nextRelease(release("1.43.0", 8), 2 * HOURS),
  current: { revision: 42, age: 6 * DAYS, state: "COMPLETED" },
  tasks: [{ revision: 42, count: 3, age: 6 * DAYS }],
};
