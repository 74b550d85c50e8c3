import { badButHealthy } from "./bad-but-healthy.ts";
import { LONG_LIVED } from "./base-history.ts";
import { DAYS, type Scenario } from "./scenario.ts";
import { release } from "./vulcan-releases.ts";

const old = release("1.42.0", 7, { kind: "failing-health", reason: "licence certificate expired" });

export const revertFails: Scenario = {
  ...badButHealthy,
  name: "revert-fails",
  summary:
    "As bad-but-healthy, but :42 no longer starts well: a revert to it ends with the breaker putting the bad :43 back",
  revisions: [
    ...LONG_LIVED.revisions.filter(({ revision }) => revision !== 42),
    { revision: 42, age: 6 * DAYS, image: old },
    ...badButHealthy.revisions.filter(({ revision }) => revision === 43),
  ],
  breaker: { enable: true, rollback: true },
};
