/** One SQL text of a migration, and where it stands. */
export interface SqlText {
  readonly sql: string;
  readonly path: string;
  /** Of its first character; of what executes it if that is not known. */
  readonly line: number;
  readonly isExact: boolean;
  readonly hasValues: boolean;
}

export interface Body {
  readonly texts: readonly SqlText[];
  /** `file:line: why` of what it may do beside. */
  readonly unknown: readonly string[];
  readonly isMissing: boolean;
}

/** A migration to be run, whatever kind of file it comes from. */
export interface Migration {
  readonly version: number;
  /** Safe to show. */
  readonly description: string;
  readonly path: string;
  readonly line: number;
  readonly up: Body;
  readonly down: Body;
}
