import { usageError } from "../domain/error.ts";
import { sanitise } from "../domain/sanitise.ts";

const MOST_SECONDS = 600;

/** The least time (ms) that each read may take; 0 where each keeps its own limit. Throws OpsError, exit code 6. */
export function readTimeoutOf({
  VULCAN_OPS_READ_TIMEOUT: given = "",
}: Readonly<Record<string, string | undefined>>): number {
  const seconds = Number(given);
  if (seconds >= 0 && seconds <= MOST_SECONDS) return seconds * 1000;
  throw usageError(
    "read-timeout-invalid",
    `VULCAN_OPS_READ_TIMEOUT is ${sanitise(given)}: it takes a number of seconds, ${MOST_SECONDS} at most`,
    ["unset VULCAN_OPS_READ_TIMEOUT"],
  );
}
