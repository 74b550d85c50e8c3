import { commandLine } from "../../domain/command-line.ts";
import { OpsError, RUN_AGAIN } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import { translate } from "../client/errors.ts";
import { IncompleteAnswer } from "../client/needed.ts";

/** Whether a write was asked for: without an answer it may have happened. */
type Kind = "read" | "write";

const UNKNOWN_STATE = "The shared journal is as it was, but for the record that was being written.";
const AS_IT_WAS = "The shared journal is as it was.";

/** What the service refuses, by its name, with what to type next. [D: DynamoDB error handling] */
const REFUSALS: Readonly<Record<string, readonly string[]>> = {
  ResourceNotFoundException: ["vulcan-ops journal template", "vulcan-ops config"],
  ValidationException: ["vulcan-ops journal template", "vulcan-ops doctor"],
};
const NO_RIGHT: readonly string[] = ["vulcan-ops iam --for journal", "vulcan-ops doctor"];

/** Failures that say nothing of the store: it did not answer, or not with what it was asked for. */
const SILENT: ReadonlySet<string> = new Set(["aws-silent", "aws-unreachable", "aws-broken", "aws-throttled"]);

/**
 * A failed call of the store as the callers know it: `journal-store-silent`, `journal-store-refused`, or, for credentials
 * and settings of this machine, what any other call says. `name`: the store's address; `call`: `dynamodb:PutItem`.
 */
export function storeError(failure: unknown, call: string, name: string, kind: Kind): OpsError {
  if (failure instanceof OpsError) return failure;
  if (failure instanceof IncompleteAnswer) return strangeError(name, failure);
  const { detail } = translate(failure, call);
  const state = kind === "write" ? UNKNOWN_STATE : AS_IT_WAS;
  if (SILENT.has(detail.code))
    return new OpsError({
      ...detail,
      code: "journal-store-silent",
      effect: kind === "write" ? "unknown" : "none",
      message: `the shared journal ${name} does not answer: ${detail.message}`,
      unchanged: state,
      next: [RUN_AGAIN, "vulcan-ops doctor"],
    });
  const next = REFUSALS[(failure as { readonly name?: string }).name ?? ""];
  if (next === undefined && detail.code !== "aws-refused" && detail.code !== "aws-rejected")
    return new OpsError(detail);
  return new OpsError({
    ...detail,
    code: "journal-store-refused",
    exitCode: detail.code === "aws-refused" ? EXIT.credentials : EXIT.usage,
    fault: "operator",
    effect: "none",
    message: `the shared journal ${name} refused: ${detail.message}`,
    unchanged: AS_IT_WAS,
    next: next ?? NO_RIGHT,
  });
}

/** A table that holds something else than this program writes. */
const strangeError = (name: string, failure: Error): OpsError =>
  untrusted(name, `an item there ${failure.message}: it was not written by vulcan-ops`, failure);

/** A place below the last one is empty: this program deletes nothing, so another one did. */
export const gapError = (name: string, execution: string, n: number): OpsError =>
  untrusted(name, `record ${n} of execution ${execution} is missing, and a later one is there`);

function untrusted(name: string, reason: string, cause?: Error): OpsError {
  return new OpsError({
    code: "journal-unreadable",
    exitCode: EXIT.usage,
    fault: "operator",
    effect: "none",
    message: `cannot trust the shared journal ${name}: ${reason}`,
    unchanged: AS_IT_WAS,
    next: ["vulcan-ops doctor", "its table can be restored to a moment before: docs/shared-journal.md"],
    ...(cause && { cause }),
  });
}

/** Never sent: DynamoDB keeps items up to 400 KB. */
export const tooLarge = (name: string, execution: string, n: number, bytes: number): OpsError =>
  new OpsError({
    code: "journal-record-too-large",
    exitCode: EXIT.failed,
    fault: "tool",
    effect: "none",
    message: `record ${n} of execution ${execution} has ${Math.ceil(bytes / 1024)} KB; the shared journal ${name} takes up to 390 KB`,
    unchanged: AS_IT_WAS,
    next: [commandLine`vulcan-ops show ${execution}`],
  });
