import { RELATION_LINES } from "./relation-lines.ts";
import { SCHEMA_LINES } from "./schema-lines.ts";
import { TYPE_LINES } from "./type-lines.ts";

/**
 * The structure of a database as lines: one statement a kind of object, each with one column `line`. Two databases whose
 * sorted lines are equal have the same structure. Every user may read them. They are for a session whose search_path is
 * CATALOG_PATH: then each name in a definition has its schema, and no object of the users takes the place of the
 * catalogue's. For PostgreSQL 12 and later.
 */
export const CATALOG_LINES: readonly string[] = [...RELATION_LINES, ...TYPE_LINES, ...SCHEMA_LINES];

export const CATALOG_PATH = "pg_catalog, pg_temp";
