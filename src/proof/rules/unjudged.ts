import { rule } from "./rule.ts";

/** What could not be judged: exit 12, unless an error is found beside it. */
export const UNJUDGED_RULES = {
  VOPS301: rule(
    "warning",
    "cannot-read",
    "What a migration does cannot be read",
    "Go or SQL that is put together when it runs may do anything. What was not read was not judged.",
    "Write the SQL as a constant text; leave EXECUTE out, or waive it with the reason.",
  ),
  VOPS302: rule(
    "warning",
    "not-run",
    "A statement could not be run here",
    "Its tables, rows or rights are missing on the throw-away server. What did not run was not judged.",
    "Give the schema before the first migration: --schema FILE, made by pg_dump --schema-only.",
  ),
  VOPS313: rule(
    "warning",
    "no-rows",
    "A table has no rows here",
    "Lint makes rows, and this table's checks or types refuse them. Scans and failures on rows were not seen.",
    "Read what the statement does to a full table, and waive the rule with the result.",
  ),
  VOPS314: rule(
    "warning",
    "live-not-known",
    "Something of the target is not known",
    "What the live database would have told was not judged: its schema, its rows, or the queries of the running images.",
    "Make it readable as the message says, and run lint again.",
  ),
  VOPS315: rule(
    "warning",
    "not-on-live-major",
    "The target has another major of PostgreSQL",
    "Statements, locks and rewrites differ between majors. A later one accepts what an earlier one refuses.",
    "Install the package of the live major, which the message names, or drop --postgres.",
  ),
} as const;
