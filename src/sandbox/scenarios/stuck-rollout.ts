import type { Image } from "../vulcan/image.ts";
import { LONG_LIVED, nextRelease } from "./base-history.ts";
import { DAYS, MINUTES, type Scenario, SECONDS, type StopName } from "./scenario.ts";

/** The properties in which stuck rollouts differ. */
interface Stuck {
  readonly name: string;
  readonly summary: string;
  readonly image: Image;
  /** How the tasks of :43 have ended so far, wave by wave; `lived` is from a task's creation to its end. */
  readonly failed?: { readonly waves: number; readonly lived: number; readonly reason: StopName };
  /** Migration 8 was applied when the first task of :43 started. */
  readonly migrated?: boolean;
}

const AGE = 9 * MINUTES;

/** :43 has been rolling out for nine minutes without progress. :42 still serves, on three tasks. */
export function stuckRollout({ name, summary, image, failed, migrated }: Stuck): Scenario {
  return {
    ...LONG_LIVED,
    name,
    summary,
    revisions: nextRelease(image, 11 * MINUTES),
    history: [...LONG_LIVED.history, { revision: 42, age: 6 * DAYS, status: "SUCCESSFUL" }],
    current: { revision: 43, age: AGE, state: "IN_PROGRESS", failedTasks: 3 * (failed?.waves ?? 0) },
    previous: { revision: 42, age: 6 * DAYS },
    tasks: [{ revision: 42, count: 3, age: 6 * DAYS }, ...(failed === undefined ? [] : waves(failed))],
    migrated: migrated === false ? LONG_LIVED.migrated : [...LONG_LIVED.migrated, AGE - 65 * SECONDS],
  };
}

/** Waves of three tasks, spread over the nine minutes; the last has just ended. */
function waves({ waves: count, lived, reason }: NonNullable<Stuck["failed"]>): Scenario["tasks"] {
  const apart = (AGE - 25 * SECONDS - lived) / Math.max(1, count);
  return Array.from({ length: count }, (_, wave) => {
    const age = AGE - 25 * SECONDS - wave * apart;
    return { revision: 43, count: 3, age, stopped: { age: age - lived, reason } };
  });
}

/** The scenario with a change to one of its releases. */
export const withRelease = (
  scenario: Scenario,
  revision: number,
  change: Partial<Scenario["revisions"][number]>,
): Scenario => ({
  ...scenario,
  revisions: scenario.revisions.map((one) => (one.revision === revision ? { ...one, ...change } : one)),
});
