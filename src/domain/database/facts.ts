/** The address of a database. */
export interface DataPlace {
  readonly host: string;
  readonly port: number;
}

/** What a table shows about the moment to which its database belongs. */
export interface TableFacts {
  readonly table: string;
  /** Absent where neither a count nor an estimate is available. */
  readonly rows?: number;
  readonly isExact?: boolean;
  /** Columns that say when a row was written; empty where the table has none. */
  readonly timedBy: readonly string[];
  /** RFC 3339: the newest time in those columns. */
  readonly newest?: string;
  /** Rows that are newer than the given moment; absent where that is unknown. */
  readonly newer?: number;
  /** Why something is unknown. */
  readonly why?: string;
}

/** Facts about a database that do not change with every write. */
export interface StructureFacts {
  /** The newest version in the table `migrations`; absent where there is none. */
  readonly version?: number;
  /** Every fact of the catalogue as a sorted line: equal where the structures are equal. */
  readonly lines?: readonly string[];
  /** Why the lines could not be read. */
  readonly linesUnread?: string;
  readonly invalidIndexes: readonly string[];
  /** Constraints that are not validated for the rows that existed before them. */
  readonly unvalidated: readonly string[];
  /** Sequences whose next number is already taken. */
  readonly behind: readonly string[];
}

export interface DataFacts {
  readonly tables: readonly TableFacts[];
  readonly structure: StructureFacts;
}

/** What one SELECT gave: the value in PostgreSQL's text form, null for NULL; `type` is its OID. */
export interface QueriedValue {
  readonly text: string | null;
  readonly type: number;
}

/** A session of another client: neither this program's nor RDS's own. */
export interface DatabaseClient {
  readonly pid: number;
  readonly user: string;
  /** Empty where the client does not say, or this user may not see it. */
  readonly application: string;
  readonly address?: string;
}

/** Who is connected to a database, and whether it is being written to. */
export interface Traffic {
  readonly clients: readonly DatabaseClient[];
  /** Rows inserted, changed and deleted in the users' tables since the server counts. Only growth means something. */
  readonly written: number;
}

/** Reads of a database's content. Without `place`, they read the database of the operator's URL. Throws OpsError. */
export interface DataReads {
  /** The route leads through a task of the service. While no task runs, nothing can be read. */
  readonly needsTask: boolean;
  /** RFC 3339: the end of the password's validity, where the password itself states it. */
  readonly passwordUntil?: string;
  /** Rows by their own times, compared with a moment (RFC 3339). What exceeds `budgetMs` in all stays unknown. */
  tables(since: string, budgetMs: number, place?: DataPlace): Promise<readonly TableFacts[]>;
  facts(since: string, place?: DataPlace): Promise<DataFacts>;
  traffic(place: DataPlace): Promise<Traffic>;
  /** The one value of a SELECT, read-only and within 2 s. Throws OpsError, also where it gives more or less. */
  value(select: string, place?: DataPlace): Promise<QueriedValue>;
}
