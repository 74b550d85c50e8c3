/** Where a database answers. */
export interface DataPlace {
  readonly host: string;
  readonly port: number;
}

/** A table as far as it tells to which moment its database belongs. */
export interface TableFacts {
  readonly table: string;
  /** Absent where neither a count nor an estimate could be had. */
  readonly rows?: number;
  readonly isExact?: boolean;
  /** Columns that say when a row was written; empty where the table has none. */
  readonly timedBy: readonly string[];
  /** RFC 3339: the newest time in those columns. */
  readonly newest?: string;
  /** Rows of a later time than was asked about; absent where that is unknown. */
  readonly newer?: number;
  /** Why something is unknown. */
  readonly why?: string;
}

/** What of a database does not change with every write. */
export interface StructureFacts {
  /** Newest of the table `migrations`; absent where there is none. */
  readonly version?: number;
  /** Of columns, defaults, constraints, indexes, triggers and functions: equal where those are equal. */
  readonly fingerprint: string;
  readonly invalidIndexes: readonly string[];
  /** Constraints that are not proven for the rows that were there before them. */
  readonly unvalidated: readonly string[];
  /** Sequences that would give out a number which is taken. */
  readonly behind: readonly string[];
}

export interface DataFacts {
  readonly tables: readonly TableFacts[];
  readonly structure: StructureFacts;
}

/** A session of somebody else: neither this program's nor RDS's own. */
export interface DatabaseClient {
  readonly pid: number;
  readonly user: string;
  /** Empty where it does not say, or this user may not see it. */
  readonly application: string;
  readonly address?: string;
}

/** Who is connected to a database, and whether it is being written. */
export interface Traffic {
  readonly clients: readonly DatabaseClient[];
  /** Rows inserted, changed and deleted in the users' tables since the server counts: only its growth means something. */
  readonly written: number;
}

/** Reads of a database's content; without a place of the one that the operator's URL names. Throws OpsError. */
export interface DataReads {
  /** The way there leads through a task of the service: while none runs, nothing can be read. */
  readonly needsTask: boolean;
  /** RFC 3339: until when the password is valid, where it says so itself. */
  readonly passwordUntil?: string;
  /** Rows by their own times, beside a moment (RFC 3339). What takes longer than `budgetMs` in all is left unknown. */
  tables(since: string, budgetMs: number, place?: DataPlace): Promise<readonly TableFacts[]>;
  facts(since: string, place?: DataPlace): Promise<DataFacts>;
  traffic(place: DataPlace): Promise<Traffic>;
}
