import type { Endpoints } from "../domain/aws/endpoints.ts";
import type { AwsReads, SetupReads } from "../domain/aws/reads.ts";
import type { RecordedRequest } from "../domain/aws/recorded-request.ts";
import type { CheckFinding } from "../domain/diagnosis.ts";
import type { RevisionMark } from "../domain/failed-revision.ts";
import type { LockHolder } from "../domain/lock.ts";
import type { SchemaReads, VulcanReads } from "../domain/migrations/reads.ts";
import type { Network } from "../domain/network.ts";
import type { Target } from "../domain/target.ts";
import type { Unfinished } from "../domain/unfinished.ts";
import type { UnreadJournal } from "../domain/unread-journal.ts";

/** What the checks may read. Nothing here can write. */
export interface DoctorSubject {
  readonly target: Target;
  readonly env: NodeJS.ProcessEnv;
  /** Where requests go. */
  readonly endpoints: Endpoints;
  /** By which way. */
  readonly network: Network;
  readonly reads: AwsReads;
  readonly setup: SetupReads;
  readonly schema: SchemaReads;
  readonly vulcan: VulcanReads;
  sharedHolder(): Promise<unknown>;
  /** What the executions recorded here know of revisions. */
  revisionMarks(): Promise<readonly RevisionMark[]>;
  /** What runs have left on the target: by the journals here, by locks, and by our mute rules. */
  unfinished(): Promise<readonly Unfinished[]>;
  /** Every request made so far, by any check. */
  readonly requests: readonly RecordedRequest[];
  /** The target's time; in a sandbox it is not the machine's. */
  readonly now: number;
  /** Where journals and locks are kept. */
  stateFolder(): Promise<StateFolder>;
  /** `process.version`. */
  readonly node: string;
}

export interface StateFolder {
  readonly path: string;
  readonly folder: Folder;
  /** Holders of a lock whose process, on this machine, is gone. */
  readonly deadHolders: readonly LockHolder[];
  readonly unread: readonly UnreadJournal[];
}

/** A folder, or what is in its place. If it does not exist yet: whether it can be made. */
export interface Folder {
  readonly exists: boolean;
  readonly isDirectory: boolean;
  readonly isOwn: boolean;
  readonly mode: number;
  readonly isWritable: boolean;
}

/** One check. `run` reads, and leaves the verdict to a pure function beside it. */
export interface DoctorCheck {
  /** Stable identifier, in `--output json`. */
  readonly id: string;
  readonly title: string;
  run(subject: DoctorSubject): Promise<readonly CheckFinding[]>;
}
