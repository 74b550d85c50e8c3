import type { LiveSchema, SchemaStatement } from "../domain/database/live.ts";
import { sanitise } from "../domain/sanitise.ts";
import { SCHEMA_PARTS } from "./schema-parts.ts";
import type { Session } from "./session.ts";

/**
 * The schema as statements that make it again elsewhere, without rows, owners and grants. Reads only catalogs. Left
 * out: the runner's own table `migrations`, aggregates, operators, ranges, rules, publications. Throws OpsError.
 */
export async function liveSchema(session: Session): Promise<LiveSchema> {
  const [around] = await session.rows("SELECT current_schemas(false)::text[] AS path");
  const parts: SchemaStatement[] = [];
  for (const [kind, select] of SCHEMA_PARTS) {
    const rows = (await session.rows(select)) as unknown as readonly Row[];
    parts.push(...rows.map(({ name, sql }) => ({ kind, name: sanitise(name, { most: 200 }), sql })));
  }
  return { statements: parts, path: (around?.path as readonly string[] | undefined) ?? [] };
}

interface Row {
  readonly name: string;
  readonly sql: string;
}
