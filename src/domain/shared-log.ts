/** One record of a journal that several machines read: the line of the local file, unchanged, and its place. */
export interface LogRecord {
  readonly execution: string;
  /** From 1, without gaps. */
  readonly n: number;
  /** The record as one line of JSON, without the line feed. Its checksums are part of it. */
  readonly line: string;
  /** The process that wrote it: random, one a process. */
  readonly writer: string;
  /** Set on each record that begins, continues or ends an execution: a list of executions names these. */
  readonly listed?: LogEntry;
}

/** What a list of executions says of one record. */
export interface LogEntry {
  /** Name of the target. */
  readonly target: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string;
  readonly isEnd: boolean;
}

/** One line of the list: the record, by its place. */
export interface ListedRecord extends LogEntry {
  readonly execution: string;
  readonly n: number;
}

/**
 * A log that every machine reads and one process at a time extends: each record is written on the condition that its
 * place is free, so the first to write place n has the execution from n on. There is no lease and no heartbeat, and no
 * clock decides anything. Each call ends within two seconds; an answer that did not come is an OpsError with the code
 * `journal-store-silent` (its `effect` is `unknown` for a write), a refusal one with `journal-store-refused`.
 */
export interface SharedLog {
  /** Where it is, as it is configured: `dynamodb://vulcan-ops-journal?region=eu-west-1`. */
  readonly name: string;
  /** Writes one record. `taken`: a record is there already; it may be this one, from an attempt without an answer. */
  put(record: LogRecord): Promise<"written" | "taken">;
  /** The records from place `from` on, in order, as of now (a consistent read). Reads all pages. */
  read(execution: string, from: number): Promise<readonly LogRecord[]>;
  /** Records that begin, continue or end executions, the newest first, at most `most`. May lag behind by seconds. */
  list(most: number): Promise<readonly ListedRecord[]>;
}
