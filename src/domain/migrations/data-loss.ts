import type { SchemaObject } from "./schema-object.ts";

/** Whether the object exists now. */
export interface ObjectPresence {
  readonly object: SchemaObject;
  readonly present: boolean;
}

/** What would be lost with an object. An absent figure is unknown, not zero. */
export interface DataLoss extends ObjectPresence {
  /** Rows of a table; of a column, the values that are not null. */
  readonly rows?: number;
  /** Were `rows` counted? Otherwise they are the planner's estimate. Absent with `rows`. */
  readonly isExact?: boolean;
  /** On disk: a table with its indexes, an index, or the values of a column. An estimate wherever `why` is present. */
  readonly bytes?: number;
  /** Why a figure is missing, or an estimate. */
  readonly why?: string;
}
