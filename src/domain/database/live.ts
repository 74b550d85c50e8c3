/** What a throw-away server needs to stand for a live one. Nothing here is data of its users. */
export interface LiveRelease {
  /** `16.4` */
  readonly version: string;
  readonly major: number;
}

/** One object of a live schema, as the statement that makes it again. It is run, and never shown. */
export interface SchemaStatement {
  /** `table`, `view`, `constraint` … */
  readonly kind: string;
  /** Safe to show. */
  readonly name: string;
  readonly sql: string;
}

/** Everything but the rows, in an order in which most of it can be made. */
export interface LiveSchema {
  readonly statements: readonly SchemaStatement[];
  /** The schemas in which names are looked up, first to last. */
  readonly path: readonly string[];
}

/** How large a table is by the catalog, as of its last ANALYZE or vacuum. Absent is not known. */
export interface TableSize {
  /** `assets`, or with its schema if that is not `public`. */
  readonly table: string;
  readonly rows?: number;
  readonly bytes?: number;
}

/** A query that clients have sent, with its values taken out. Its text is run, and never shown. */
export interface SeenQuery {
  /** PostgreSQL's own number for it. */
  readonly id: string;
  readonly text: string;
  readonly calls: number;
}

/** The most called ones. */
export interface SeenQueries {
  readonly queries: readonly SeenQuery[];
  /** Others were seen less often, and are not among them. */
  readonly isCut: boolean;
  /** This user may not see their texts. */
  readonly hidden: number;
}
