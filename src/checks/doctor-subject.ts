import type { Endpoints } from "../domain/aws/endpoints.ts";
import type { RecordedRequest } from "../domain/aws/recorded-request.ts";
import type { RevisionMark } from "../domain/failed-revision.ts";
import type { JournalTableReads } from "../domain/journal-table.ts";
import type { LockHolder } from "../domain/lock.ts";
import type { Network } from "../domain/network.ts";
import type { HeldTexts } from "../domain/secret-source.ts";
import type { Unfinished } from "../domain/unfinished.ts";
import type { UnreadJournal } from "../domain/unread-journal.ts";
import type { Check } from "./check.ts";
import type { Subject } from "./subject.ts";

/** What the doctor's checks may read besides AWS. */
export interface DoctorSubject extends Subject {
  readonly env: NodeJS.ProcessEnv;
  /** Where requests go. */
  readonly endpoints: Endpoints;
  /** By which way. */
  readonly network: Network;
  /** The database's URL and the admin API's token. */
  readonly held: HeldTexts;
  sharedHolder(): Promise<unknown>;
  /** What the executions recorded here know of revisions. */
  revisionMarks(): Promise<readonly RevisionMark[]>;
  /** What runs have left on the target: by the journals here, by locks, and by our mute rules. */
  unfinished(): Promise<readonly Unfinished[]>;
  /** Every request made so far, by any check. */
  readonly requests: readonly RecordedRequest[];
  /** The table of the shared journal; absent where none is configured. */
  readonly journalTable?: JournalTableReads;
  /** Where journals and locks are kept. */
  stateFolder(): Promise<StateFolder>;
  /** `process.version`. */
  readonly node: string;
}

export type DoctorCheck = Check<DoctorSubject>;

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
