import { LONG_LIVED, nextRelease } from "./base-history.ts";
import { DAYS, MINUTES, type Scenario, SECONDS } from "./scenario.ts";
import { release } from "./vulcan-releases.ts";

const bad = release("1.43.0", 8, {
  kind: "failing-health",
  reason: "licence service: dial tcp 10.0.30.7:443: i/o timeout",
});

export const badRelease: Scenario = {
  ...LONG_LIVED,
  name: "bad-release",
  summary: "vulcan-prod:43 has been rolling out for nine minutes and fails its health check; :42 still serves",
  revisions: nextRelease(bad, 11 * MINUTES),
  history: [...LONG_LIVED.history, { revision: 42, age: 6 * DAYS, status: "SUCCESSFUL" }],
  current: { revision: 43, age: 9 * MINUTES, state: "IN_PROGRESS", failedTasks: 9 },
  previous: { revision: 42, age: 6 * DAYS },
  // Each wave starts, is RUNNING 40 s later, and is stopped when its grace period of 90 s ends.
  tasks: [
    { revision: 42, count: 3, age: 6 * DAYS },
    { revision: 43, count: 3, age: 515 * SECONDS, stopped: { age: 385 * SECONDS, reason: "elb-health" } },
    { revision: 43, count: 3, age: 380 * SECONDS, stopped: { age: 250 * SECONDS, reason: "elb-health" } },
    { revision: 43, count: 3, age: 245 * SECONDS, stopped: { age: 115 * SECONDS, reason: "elb-health" } },
    { revision: 43, count: 3, age: 110 * SECONDS },
  ],
  migrated: [...LONG_LIVED.migrated, 475 * SECONDS],
};
