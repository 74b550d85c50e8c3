import { DATA_KINDS, type DataKind, type DataTables } from "../domain/database/data-kinds.ts";
import type { JsonObject } from "../domain/json.ts";
import { entries, type Fail, type Member, mapOf, textOf } from "./nodes.ts";

/** Names with commas; one outside the search path with its schema: `audit_log,archive.audit_log`. */
const TABLES =
  /^[A-Za-z_][\w$]{0,62}(\.[A-Za-z_][\w$]{0,62})?(, ?[A-Za-z_][\w$]{0,62}(\.[A-Za-z_][\w$]{0,62})?){0,19}$/;

/** For editors. */
export const DATA_TABLES_SCHEMA: JsonObject = {
  type: "object",
  additionalProperties: false,
  properties: Object.fromEntries(
    Object.entries(DATA_KINDS).map(([kind, description]) => [
      kind,
      { type: "string", pattern: TABLES.source, description },
    ]),
  ),
};

/** `dataTables: {tenants: "tenants,users", audit: audit_log}` */
export function readDataTables(key: string, member: Member, fail: Fail): DataTables {
  const found = entries(mapOf(member.node, key, fail), Object.keys(DATA_KINDS), key, fail);
  const read = [...found].map(([kind, one]) => {
    const text = textOf(one, fail);
    if (!TABLES.test(text)) fail(one.offset, `${key}.${kind} does not fit: up to 20 names of tables, with commas`);
    return [kind as DataKind, text.split(",").map((name) => name.trim())] as const;
  });
  return Object.fromEntries(read);
}
