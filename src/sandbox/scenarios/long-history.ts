import { badButHealthy } from "./bad-but-healthy.ts";
import { DAYS, HOURS, MINUTES, type Scenario } from "./scenario.ts";
import { release } from "./vulcan-releases.ts";

const REVISIONS = 5000;
const DEPLOYMENTS = 500;

/** ECS keeps deployments for ninety days. Here there are five or six of them a day. */
const APART = (88 * DAYS) / DEPLOYMENTS;

const ageOf = (revision: number): number => 25 * MINUTES + (REVISIONS - revision) * APART;

const good = Array.from({ length: 10 }, (_, minor) => release(`2.${minor}.0`, 7));
const bad = badButHealthy.revisions.at(-1)?.image ?? release("2.10.0", 8);

/** Computed on demand: most worlds do not need five thousand revisions. */
const revisions = (): Scenario["revisions"] =>
  Array.from({ length: REVISIONS }, (_, index) => ({
    revision: index + 1,
    age: ageOf(index + 1) + 1 * HOURS,
    image: index + 1 === REVISIONS ? bad : (good[index % good.length] ?? bad),
  }));

const history = (): Scenario["history"] =>
  Array.from({ length: DEPLOYMENTS - 1 }, (_, index) => {
    const revision = REVISIONS - DEPLOYMENTS + 1 + index;
    return { revision, age: ageOf(revision), status: "SUCCESSFUL" } as const;
  });

export const longHistory: Scenario = {
  name: "long-history",
  summary: "As bad-but-healthy, after 500 deployments in three months and 5,000 revisions: vulcan-prod:5000 is bad",
  desired: 3,
  get revisions() {
    return revisions();
  },
  get history() {
    return history();
  },
  current: { revision: REVISIONS, age: 25 * MINUTES, state: "COMPLETED" },
  tasks: [{ revision: REVISIONS, count: 3, age: 24 * MINUTES }],
  migrated: badButHealthy.migrated,
  breaker: badButHealthy.breaker,
  deregistrationDelaySeconds: 300,
};
