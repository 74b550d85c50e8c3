import type { Seen } from "../aws/client/request-recorder.ts";
import type { AwsReads } from "../aws/reads.ts";
import type { SetupReads } from "../aws/setup-reads.ts";
import type { Diagnosis } from "../domain/diagnosis.ts";
import type { Mark } from "../domain/failed-revision.ts";
import type { Schema } from "../domain/migrations/reads.ts";
import type { Vulcan } from "../domain/migrations/vulcan.ts";
import type { Target } from "../domain/target.ts";

/** What the checks may look at. Nothing here can write. */
export interface Patient {
  readonly target: Target;
  readonly env: NodeJS.ProcessEnv;
  readonly reads: AwsReads;
  readonly setup: SetupReads;
  readonly schema: Schema;
  readonly vulcan: Vulcan;
  sharedHolder(): Promise<unknown>;
  /** What executions on record here know of revisions. */
  marks(): Promise<readonly Mark[]>;
  /** Every request made so far, by any check. */
  readonly requests: readonly Seen[];
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
