import type { ExitCode } from "./exit-codes.ts";

/** A proof that was set up and could not be given: the step counts as done, and the execution does not end well. */
export interface NotProven {
  readonly reason: string;
  readonly next: readonly string[];
  /** The exit code of the process, where it says more than "failed". */
  readonly exitCode?: ExitCode;
}
