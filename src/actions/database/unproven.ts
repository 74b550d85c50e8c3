import type { Failure, Unproven } from "../../domain/action.ts";
import type { ActionServices } from "../../domain/services.ts";

/** Errors that may pass by themselves: a busy instance, a new name or task, a broken connection. */
const PASSING: ReadonlySet<string> = new Set([
  "database-unreachable",
  "database-silent",
  "database-broken",
  "database-full",
  "database-slow",
  "table-locked",
]);

/** How long a proof is tried again. */
const PATIENCE_MS = 60_000;

/** May the proof be tried again, after a first failure at `since` (epoch ms)? */
export const mayContinueUnproven = (code: string, since: number, now: number): boolean =>
  PASSING.has(code) && now < since + PATIENCE_MS;

/** This machine has no route of its own to the database: docs/configuration.md says so, and what to do about it. */
export const isWithoutRoute = ({ data }: ActionServices, code: string): boolean =>
  data?.needsTask === false && (code === "database-unreachable" || code === "database-silent");

const ADVICE =
  "SQL is set up, so the check is required: set a user and password that the database accepts (an IAM token lasts 15 min), or unset VULCAN_DATABASE_URL, or remove databaseUrlFrom, to continue without the check";

/** The verdict for a proof that was set up but could not be obtained. */
export function unproven(onward: Unproven["onward"], reason: string, text: string): Unproven {
  const failure: Failure = { reason, text, evidence: [ADVICE], next: ["vulcan-ops resume"] };
  return { kind: "unproven", onward, failure };
}
