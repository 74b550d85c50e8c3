import type { ObjectPresence } from "../domain/migrations/data-loss.ts";
import { nameOf, type SchemaObject } from "../domain/migrations/schema-object.ts";
import type { Session } from "./session.ts";

/** A requested object, and what the catalogue has under its name. */
export interface FoundObject extends ObjectPresence {
  readonly place?: ObjectPlace;
}

export interface ObjectPlace {
  readonly oid: number;
  /** Quoted by the server: `public."user"`. */
  readonly relation: string;
  /** Quoted by the server; only for a column. */
  readonly column?: string;
}

/** Whether each object exists. The session's search_path resolves names without a schema. Throws OpsError. */
export async function findObjects(
  session: Session,
  objects: readonly SchemaObject[],
): Promise<readonly ObjectPresence[]> {
  return (await objectsWhere(session, objects)).map(({ object, present }) => ({ object, present }));
}

/** In the order of `objects`. Reads only catalogues, so neither a lock nor a missing privilege blocks it. */
export async function objectsWhere(
  session: Session,
  objects: readonly SchemaObject[],
): Promise<readonly FoundObject[]> {
  if (objects.length === 0) return [];
  const wanted = objects.map(wantedOf);
  const columns = (["isIndex", "schema", "name", "column"] as const).map((key) => wanted.map((one) => one[key]));
  const rows = (await session.rows(FIND, columns)) as unknown as readonly Row[];
  return objects.map((object, index) => toFound(object, rows[index]));
}

/** Uses neither to_regclass nor a cast: both fail if a schema is closed to the user. */
const FIND = `
SELECT found.oid, found.relation, found."column"
FROM unnest($1::boolean[], $2::text[], $3::text[], $4::text[])
    WITH ORDINALITY AS wanted(is_index, schema, name, "column", place)
  LEFT JOIN LATERAL (
    SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS relation, quote_ident(a.attname) AS "column"
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      LEFT JOIN pg_attribute AS a
        ON a.attrelid = c.oid AND a.attname::text = wanted."column" AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relname::text = wanted.name
      AND CASE WHEN wanted.schema IS NULL THEN pg_table_is_visible(c.oid) ELSE n.nspname::text = wanted.schema END
      AND c.relkind = ANY (CASE WHEN wanted.is_index THEN '{i,I}'::"char"[] ELSE '{r,p,m,f}'::"char"[] END)
      AND (wanted."column" IS NULL OR a.attname IS NOT NULL)
  ) AS found ON true
ORDER BY wanted.place`;

/** One row of the statement above. */
interface Row {
  readonly oid: number | null;
  readonly relation: string | null;
  readonly column: string | null;
}

function wantedOf(object: SchemaObject) {
  const relation = object.kind === "column" ? object.table : nameOf(object);
  const dot = relation.indexOf(".");
  return {
    isIndex: object.kind === "index",
    schema: dot < 0 ? null : relation.slice(0, dot),
    name: relation.slice(dot + 1),
    column: object.kind === "column" ? object.column : null,
  };
}

function toFound(object: SchemaObject, row: Row | undefined): FoundObject {
  if (row === undefined || row.oid === null || row.relation === null) return { object, present: false };
  const { oid, relation, column } = row;
  return { object, present: true, place: { oid, relation, ...(column === null ? {} : { column }) } };
}
