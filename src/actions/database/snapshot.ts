import type { DataFacts } from "../../domain/database/facts.ts";
import type { AppliedMigration } from "../../domain/migrations/applied.ts";

/** What a database holds at one moment, as far as it can be compared with another; kept in the journal as text. */
export interface Picture {
  /** Versions, each with when it was applied. */
  readonly migrations: readonly string[];
  /** Rows of each table that could be counted to the last; null where they could not. */
  readonly rows: Readonly<Record<string, number | null>>;
  readonly invalidIndexes: readonly string[];
  readonly unvalidated: readonly string[];
  readonly behind: readonly string[];
}

export function pictureOf(applied: readonly AppliedMigration[], facts: DataFacts | undefined): Picture {
  const { invalidIndexes = [], unvalidated = [], behind = [] } = facts?.structure ?? {};
  const rows = (facts?.tables ?? []).map(({ table, rows: count, isExact }) => [
    table,
    isExact === true && count !== undefined ? count : null,
  ]);
  return {
    migrations: applied.map(({ version, appliedAt }) => `${version}@${appliedAt ?? ""}`),
    rows: Object.fromEntries(rows),
    invalidIndexes,
    unvalidated,
    behind,
  };
}

export interface Comparison {
  /** What must not be; empty where all is in order. */
  readonly problems: readonly string[];
  /** What may be, and is to be known. */
  readonly remarks: readonly string[];
}

/** Its own table grows by a migration, and is compared row by row. */
const OWN = "migrations";

/**
 * Rows may only have become more, migrations may only have been added. A table that is read by the service may lose rows
 * in its daily work: those are named beforehand (`mayShrink`).
 */
export function compare(before: Picture, after: Picture, mayShrink: readonly string[]): Comparison {
  const problems = [
    ...before.migrations
      .filter((row) => !after.migrations.includes(row))
      .map((row) => `migration ${row.split("@")[0]} is gone, or was applied again`),
    ...Object.entries(before.rows).flatMap(([table, count]) => lost(table, count, after, mayShrink)),
    ...added(before.invalidIndexes, after.invalidIndexes).map((name) => `invalid index ${name}`),
    ...added(before.behind, after.behind).map((name) => `sequence ${name} would give out a number which is taken`),
  ];
  const remarks = [
    ...added(before.unvalidated, after.unvalidated).map((name) => `constraint ${name} is not validated`),
    ...uncounted(after),
  ];
  return { problems, remarks };
}

function lost(table: string, count: number | null, { rows }: Picture, mayShrink: readonly string[]): string[] {
  if (table === OWN) return [];
  const now = rows[table];
  if (now === undefined) return [`table ${table} is gone`];
  if (now === null || count === null || now >= count || mayShrink.includes(table)) return [];
  return [`${table} has ${now} rows, ${count - now} fewer than before`];
}

function uncounted({ rows }: Picture): string[] {
  const tables = Object.entries(rows).flatMap(([table, count]) => (count === null ? [table] : []));
  return tables.length === 0 ? [] : [`not counted: ${tables.join(", ")}`];
}

const added = (before: readonly string[], after: readonly string[]): string[] =>
  after.filter((name) => !before.includes(name));
