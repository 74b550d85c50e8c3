import type { Instance } from "../../domain/aws/rds.ts";
import type { TableFacts } from "../../domain/database/facts.ts";
import { OpsError } from "../../domain/error.ts";
import type { ActionServices } from "../../domain/services.ts";
import { utcTime } from "../../domain/time.ts";

/** For counting newer rows: at most two seconds a table, and this in all. */
const BUDGET_MS = 60_000;

/** In words, what an instance got since a moment (RFC 3339), by the rows' own times. Never throws an OpsError. */
export async function rowsWrittenSince(
  services: ActionServices,
  instance: Instance | undefined,
  since: string,
): Promise<string> {
  const what = `what ${instance?.id ?? "it"} got since ${utcTime(since)}`;
  if (services.data === undefined) return `${what} is unknown: SQL is not set up (VULCAN_DATABASE_URL)`;
  if (instance?.endpoint === undefined) return `${what} is unknown: it has no address`;
  const tables = await services.data.tables(since, BUDGET_MS, instance.endpoint).catch((error: unknown) => {
    if (error instanceof OpsError) return error;
    throw error;
  });
  if (tables instanceof OpsError) return `${what} is unknown: ${tables.message}`;
  return `${what}, by the rows' own times: ${tablesText(tables)}`;
}

const MOST_NAMED = 12;

function tablesText(tables: readonly TableFacts[]): string {
  const known = tables.flatMap(({ table, newer = 0, newest }) =>
    newer > 0 ? [`${table} ${newer}${newest === undefined ? "" : ` (newest ${newest})`}`] : [],
  );
  const uncounted = tables.filter(({ newer }) => newer === undefined).map(({ table }) => table);
  const shown = (names: readonly string[]): string =>
    names.length > MOST_NAMED
      ? `${names.slice(0, MOST_NAMED).join(", ")} and ${names.length - MOST_NAMED} more`
      : names.join(", ");
  return `${known.length === 0 ? "no row" : shown(known)}${uncounted.length === 0 ? "" : `; not told by ${shown(uncounted)}`}`;
}
