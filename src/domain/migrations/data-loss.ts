import type { SchemaObject } from "./schema-object.ts";

/** Is it there, now? */
export interface Presence {
  readonly object: SchemaObject;
  readonly present: boolean;
}

/** What would be lost with an object. A figure that is absent is unknown, which is not nothing. */
export interface Stake extends Presence {
  /** Rows of a table; of a column, the values that are not null. */
  readonly rows?: number;
  /** Were `rows` counted? Otherwise they are the planner's estimate. Absent with `rows`. */
  readonly isExact?: boolean;
  /** On disk: a table with its indexes, an index, or the values of a column. An estimate wherever `why` is there. */
  readonly bytes?: number;
  /** Why a figure is missing, or an estimate. */
  readonly why?: string;
}
