import { LONG_LIVED, nextRelease } from "./base-history.ts";
import { DAYS, MINUTES, type Scenario } from "./scenario.ts";
import { release } from "./vulcan-releases.ts";

const reason = "findings: column assignee is NULL";

export const badButHealthy: Scenario = {
  ...LONG_LIVED,
  name: "bad-but-healthy",
  summary:
    "vulcan-prod:43 was deployed twenty minutes ago and passes its health check, but a third of its requests fail",
  revisions: nextRelease(release("1.43.0", 8, { kind: "errors-on-requests", share: 1 / 3, reason }), 27 * MINUTES),
  history: [...LONG_LIVED.history, { revision: 42, age: 6 * DAYS, status: "SUCCESSFUL" }],
  current: { revision: 43, age: 25 * MINUTES, state: "COMPLETED" },
  tasks: [{ revision: 43, count: 3, age: 24 * MINUTES }],
  migrated: [...LONG_LIVED.migrated, 24 * MINUTES],
};
