/** The table that a shared journal is in, as it is set up. */
export interface JournalTable {
  /** ACTIVE, or AWS's word for what it is doing. */
  readonly status: string;
  /** `pk (S), sk (S)`: names of its keys, with their types. */
  readonly keys: string;
  /** The index of executions; undefined: there is none. */
  readonly index: JournalIndex | undefined;
  /** ARN of the KMS key that encrypts it; undefined: DynamoDB's own. */
  readonly kmsKey: string | undefined;
  readonly isProtected: boolean;
}

export interface JournalIndex {
  readonly status: string;
  readonly keys: string;
  /** What it holds beside the keys; undefined: everything. */
  readonly included: readonly string[] | undefined;
}

/** What the doctor reads of a shared journal. Each fails with an OpsError, as the journal's own reads do. */
export interface JournalTableReads {
  /** Its address, as in the configuration's own spelling. */
  readonly name: string;
  /** Of its own, or the target's; undefined: neither is known. */
  readonly region: string | undefined;
  table(): Promise<JournalTable>;
  /** Whether it can be restored to a moment before. */
  isRestorable(): Promise<boolean>;
  /** The two reads that every command makes of it, of an execution that there is not. */
  tryReads(): Promise<void>;
}

/** As docs/shared-journal.md says that it is made. */
export const WANTED_KEYS = "pk (S), sk (S)";
export const WANTED_INDEX = { name: "executions", keys: "listed (S), at (S)", included: ["target", "end"] } as const;
