import type { Behaviour } from "../vulcan/image.ts";
import { badButHealthy } from "./bad-but-healthy.ts";
import { DAYS, HOURS, MINUTES, type Neighbour, type PastDeployment, type Scenario } from "./scenario.ts";
import { releaseIn } from "./vulcan-releases.ts";

/** Nineteen beside vulcan-prod, each with releases of its own. */
const SERVICES = [
  ...[
    "accounts",
    "audit",
    "billing",
    "catalogue",
    "checkout",
    "documents",
    "exports",
    "findings",
    "gateway",
    "imports",
  ],
  ...["ledger", "licences", "mail", "orders", "prices", "reports", "scans", "search", "sessions"],
] as const;

/** The one whose revert fails: the release before does not get healthy any more, and the breaker puts the bad one back. */
const CANARY = "checkout";

/** The migrations of the database that all of them use: a release of any of them knows them all. */
const MIGRATIONS = 8;

const LATEST = 25 * MINUTES;
const BAD: Behaviour = { kind: "errors-on-requests", share: 1 / 3, reason: "prices: currency is NULL" };
const STALE: Behaviour = { kind: "failing-health", reason: "licence certificate expired" };

/** Three to seven revisions from `first` on, a week or so apart; the newest came with the platform's release. */
function neighbour(short: (typeof SERVICES)[number], index: number): Neighbour {
  const name = `vulcan-${short}`;
  const first = 4 + 3 * index;
  const newest = first + 2 + (index % 5);
  const apart = (5 + (index % 4)) * DAYS;
  const ageOf = (revision: number): number => (revision === newest ? LATEST : (newest - revision) * apart + 2 * HOURS);
  const behaviourOf = (revision: number): Behaviour | undefined => {
    if (revision === newest) return BAD;
    return revision === newest - 1 && short === CANARY ? STALE : undefined;
  };
  const all = Array.from({ length: newest - first + 1 }, (_, step) => first + step);
  return {
    name,
    desired: 1,
    revisions: all.map((revision) => ({
      revision,
      age: ageOf(revision) + 2 * MINUTES,
      image: releaseIn(name, `${1 + (index % 3)}.${revision}.0`, MIGRATIONS, behaviourOf(revision)),
    })),
    history: all
      .slice(0, -1)
      .map((revision): PastDeployment => ({ revision, age: ageOf(revision), status: "SUCCESSFUL" })),
    current: { revision: newest, age: LATEST, state: "COMPLETED" },
    tasks: [{ revision: newest, count: 1, age: 24 * MINUTES }],
    breaker: { enable: true, rollback: true },
  };
}

export const twentyServices: Scenario = {
  ...badButHealthy,
  name: "twenty-services",
  summary: `As bad-but-healthy, beside nineteen more services with a bad release each; a revert of vulcan-${CANARY} fails`,
  neighbours: SERVICES.map(neighbour),
};
