import { OpsError } from "../error.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Unavailable } from "./target-status.ts";

/** Nothing could be read: one sentence instead of a screen on which each part says the same, and the way out. */
export function nothingReadError({ why, code = "unread", exitCode = EXIT.failed, next = [] }: Unavailable): OpsError {
  return new OpsError({
    code,
    exitCode: exitCode as ExitCode,
    fault: exitCode === EXIT.failed ? "remote" : "operator",
    message: `nothing could be read: ${why}`,
    next,
  });
}
