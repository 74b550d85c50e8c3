import { EXIT, type ExitCode } from "./exit-codes.ts";
import { sanitise } from "./sanitise.ts";

/** Who must act: the operator, the remote service, or this program. */
export type Fault = "operator" | "remote" | "tool";

/** Did the request take effect? `none`: the server refused it. `unknown`: no answer, or one that does not say. */
export type Effect = "none" | "unknown";

export interface ErrorDetail {
  /** Stable identifier for machines, e.g. `target-unknown`. */
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly fault: Fault;
  /** What happened, one sentence. */
  readonly message: string;
  /** What is still as it was; only where something could have changed. */
  readonly unchanged?: string;
  /** What to type next: commands, most likely first. */
  readonly next?: readonly string[];
  readonly effect?: Effect;
  readonly cause?: unknown;
}

/** What a program reads of an error. */
export interface ErrorData {
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly message: string;
  readonly next: readonly string[];
}

export function errorData({ detail: { code, exitCode, message, next = [] } }: OpsError): ErrorData {
  return { code, exitCode, message: sanitise(message, { lines: true, most: 20_000 }), next };
}

/** The one error for people. It says what happened, why, and what to type next. */
export class OpsError extends Error {
  readonly detail: ErrorDetail;

  constructor(detail: ErrorDetail) {
    super(detail.message, { cause: detail.cause });
    this.name = "OpsError";
    this.detail = detail;
  }

  get exitCode(): ExitCode {
    return this.detail.exitCode;
  }
}

/** A wrong command line, configuration or runbook: nothing could have changed yet. */
export function usageError(code: string, message: string, next: readonly string[] = []): OpsError {
  return new OpsError({ code, exitCode: EXIT.usage, fault: "operator", message, next });
}

/** A preflight, a guard or a stale plan stopped the step before its write. */
export function guardError(code: string, message: string, next: readonly string[] = []): OpsError {
  return new OpsError({ code, exitCode: EXIT.guarded, fault: "operator", message, unchanged: NOTHING_SENT, next });
}

export const NOTHING_SENT = "No changes made.";

/** What to do after a failure that may pass. An execution that has sent something is resumed instead. */
export const RUN_AGAIN = "run the same command again";

/** Whether AWS refused the call to these credentials. */
export const isRefused = (failure: unknown): boolean =>
  failure instanceof OpsError && failure.detail.code === "aws-refused";

const NO_CREDENTIALS: ReadonlySet<string> = new Set([
  "aws-expired",
  "aws-missing",
  "mfa-needed",
  "sso-failed",
  "credential-process-failed",
  "token-unreadable",
]);

/** Whether a failure with this code says that the credentials have ended, or that there are none now. */
export const lacksCredentials = (code: string): boolean => NO_CREDENTIALS.has(code);

/** Whether a retry makes sense: the request itself was not wrong. */
export function isTransient(error: unknown): boolean {
  const code = error instanceof OpsError ? error.detail.code : "";
  return ["aws-throttled", "aws-unreachable", "aws-silent", "aws-broken", "aws-incomplete"].includes(code);
}
