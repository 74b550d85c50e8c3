import { HOURS, type Scenario } from "./scenario.ts";
import { release } from "./vulcan-releases.ts";

export const nothingToRevert: Scenario = {
  name: "nothing-to-revert",
  summary: "A young service: vulcan-prod:1 is the only revision ever deployed",
  desired: 3,
  revisions: [{ revision: 1, age: 5 * HOURS, image: release("1.0.0", 7) }],
  history: [],
  current: { revision: 1, age: 5 * HOURS, state: "COMPLETED" },
  tasks: [{ revision: 1, count: 3, age: 5 * HOURS }],
  migrated: Array.from({ length: 7 }, () => 5 * HOURS),
  breaker: { enable: false, rollback: false },
  deregistrationDelaySeconds: 300,
};
