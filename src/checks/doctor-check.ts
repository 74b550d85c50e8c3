import type { AwsReads, SetupReads } from "../domain/aws/reads.ts";
import type { RecordedRequest } from "../domain/aws/recorded-request.ts";
import type { Diagnosis } from "../domain/diagnosis.ts";
import type { Target } from "../domain/target.ts";

/** What the checks may look at. Nothing here can write. */
export interface Patient {
  readonly target: Target;
  readonly env: NodeJS.ProcessEnv;
  readonly reads: AwsReads;
  readonly setup: SetupReads;
  sharedHolder(): Promise<unknown>;
  /** Every request made so far, by any check. */
  readonly requests: readonly RecordedRequest[];
  /** The time where the target is; in a sandbox not the machine's. */
  readonly now: number;
  readonly stateDir: string;
  /** `process.version`. */
  readonly node: string;
}

/** One thing to look at. `examine` reads, and leaves the verdict to a pure function beside it. */
export interface Check {
  /** Stable identifier, in `--output json`. */
  readonly id: string;
  readonly title: string;
  examine(patient: Patient): Promise<readonly Diagnosis[]>;
}
