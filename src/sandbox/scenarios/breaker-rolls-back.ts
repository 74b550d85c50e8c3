import { LONG_LIVED, nextRelease } from "./base-history.ts";
import { DAYS, HOURS, type Scenario } from "./scenario.ts";
import { release } from "./vulcan-releases.ts";

const bad = release("1.43.0", 8, { kind: "failing-health", reason: "licence service: connection refused" });

export const breakerRollsBack: Scenario = {
  ...LONG_LIVED,
  name: "breaker-rolls-back",
  summary: "vulcan-prod:42 runs well; deploying :43 fails, and the circuit breaker puts :42 back",
  revisions: nextRelease(bad, 2 * HOURS),
  current: { revision: 42, age: 6 * DAYS, state: "COMPLETED" },
  tasks: [{ revision: 42, count: 3, age: 6 * DAYS }],
  breaker: { enable: true, rollback: true },
};
