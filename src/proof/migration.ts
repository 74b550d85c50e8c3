/** One SQL text of a migration, and where it stands. */
export interface SqlText {
  readonly sql: string;
  readonly path: string;
  /** Of its first character; of what executes it if that is not known. */
  readonly line: number;
  readonly isExact: boolean;
  readonly hasValues: boolean;
}

/** Something that could not be read, and why. */
export interface UnreadPart {
  readonly path: string;
  readonly line?: number;
  readonly message: string;
}

export interface Body {
  readonly texts: readonly SqlText[];
  /** What it may do beside. */
  readonly unknown: readonly UnreadPart[];
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

/** The line of its file in which this place of the text is, as far as that is known. */
export const lineIn = ({ line, isExact, sql }: SqlText, at: number): number =>
  isExact ? line + sql.slice(0, at).split("\n").length - 1 : line;
