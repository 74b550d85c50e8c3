import { usageError } from "../domain/error.ts";
import { sanitise } from "../domain/sanitise.ts";

const MOST_SECONDS = 600;
/** No other notation that Number would take, as 0x10 or 1e2. */
const PLAIN = /^\d+(\.\d+)?$/;

/**
 * The least time (ms) that each read may take; 0 where each keeps its own limit. Throws OpsError, exit code 6. Looked at
 * where a target is opened: what reads nothing does not need it.
 */
export function readTimeoutOf({
  VULCAN_OPS_READ_TIMEOUT: given = "",
}: Readonly<Record<string, string | undefined>>): number {
  const seconds = given === "" ? 0 : PLAIN.test(given) ? Number(given) : Number.NaN;
  if (seconds <= MOST_SECONDS) return seconds * 1000;
  throw usageError(
    "read-timeout-invalid",
    `VULCAN_OPS_READ_TIMEOUT is ${sanitise(given)}: it takes a number of seconds, ${MOST_SECONDS} at most`,
    ["unset VULCAN_OPS_READ_TIMEOUT"],
  );
}
