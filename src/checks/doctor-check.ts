import type { AwsReads, SetupReads } from "../domain/aws/reads.ts";
import type { RecordedRequest } from "../domain/aws/recorded-request.ts";
import type { Diagnosis } from "../domain/diagnosis.ts";
import type { Mark } from "../domain/failed-revision.ts";
import type { LockHolder } from "../domain/lock.ts";
import type { Schema, Vulcan } from "../domain/migrations/reads.ts";
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
  readonly requests: readonly RecordedRequest[];
  /** The time where the target is; in a sandbox not the machine's. */
  readonly now: number;
  /** Where journals and locks are kept. */
  stateFolder(): Promise<StateFolder>;
  /** `process.version`. */
  readonly node: string;
}

export interface StateFolder {
  readonly path: string;
  readonly folder: Folder;
  /** Those who hold a lock here while their process, on this machine, is gone. */
  readonly deadHolders: readonly LockHolder[];
  /** How many journals cannot be read. */
  readonly damaged: number;
}

/** A folder, or what is in its place; of one that is not there yet, whether it can be made. */
export interface Folder {
  readonly exists: boolean;
  readonly isDirectory: boolean;
  readonly isOwn: boolean;
  readonly mode: number;
  readonly isWritable: boolean;
}

/** One thing to look at. `examine` reads, and leaves the verdict to a pure function beside it. */
export interface Check {
  /** Stable identifier, in `--output json`. */
  readonly id: string;
  readonly title: string;
  examine(patient: Patient): Promise<readonly Diagnosis[]>;
}
