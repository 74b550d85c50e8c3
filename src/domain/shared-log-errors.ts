import { commandLine } from "./command-line.ts";
import { OpsError } from "./error.ts";
import { EXIT } from "./exit-codes.ts";

/** The codes of a shared journal that takes no record now: it did not answer, or it refused. */
const STORE_CODES: ReadonlySet<string> = new Set(["journal-store-silent", "journal-store-refused"]);

/** Whether the shared journal could not be used. Its answer that another process was first is no failure. */
export const isStoreFailure = (error: unknown): error is OpsError =>
  error instanceof OpsError && STORE_CODES.has(error.detail.code);

/** Whether the shared journal gave no answer at all. */
export const isSilence = (error: unknown): error is OpsError =>
  error instanceof OpsError && error.detail.code === "journal-store-silent";

/** Whether another process was first. */
export const isOvertaken = (error: unknown): error is OpsError =>
  error instanceof OpsError && error.detail.code === "lock-lost";

/** Exit 5: another process has written the next record of this execution. */
export function overtakenError(execution: string, by: string): OpsError {
  return new OpsError({
    code: "lock-lost",
    exitCode: EXIT.locked,
    fault: "operator",
    message: `execution ${execution} was continued by ${by}; nothing more is sent`,
    unchanged: "Nothing more was sent by this process; AWS continues what was sent before.",
    next: [commandLine`vulcan-ops show ${execution}`],
  });
}

/** Exit 11: a change is not sent, because other machines would not see it. */
export function unsharedError({ detail }: OpsError, execution: string, next: readonly string[]): OpsError {
  return new OpsError({
    ...detail,
    exitCode: EXIT.guarded,
    message: `execution ${execution} sends no change that other machines do not see: ${detail.message}`,
    unchanged: "No changes made by this step.",
    next: [...next, ...(detail.next ?? [])],
  });
}
