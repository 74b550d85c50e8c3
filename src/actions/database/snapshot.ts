import type { DataFacts } from "../../domain/database/facts.ts";
import type { AppliedMigration } from "../../domain/migrations/applied.ts";

/** What a database holds at one moment, as far as it can be compared. The journal keeps it as text. */
export interface DatabaseSnapshot {
  /** Versions, each with the time when it was applied. */
  readonly migrations: readonly string[];
  /** Exact number of rows of each table; null if it could not be counted exactly. */
  readonly rows: Readonly<Record<string, number | null>>;
  readonly invalidIndexes: readonly string[];
  readonly unvalidated: readonly string[];
  readonly behind: readonly string[];
}

export function snapshotFromOutputs(
  applied: readonly AppliedMigration[],
  facts: DataFacts | undefined,
): DatabaseSnapshot {
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
  /** Empty if all is in order. */
  readonly problems: readonly string[];
  /** Allowed, but the operator should know it. */
  readonly remarks: readonly string[];
}

/** Vulcan's own table. It grows with each migration, and is compared row by row. */
const OWN = "migrations";

/**
 * Tables may only gain rows, and migrations may only be added. A table that the service reads may lose rows in its
 * daily work. The operator names such tables beforehand (`mayShrink`).
 */
export function compare(before: DatabaseSnapshot, after: DatabaseSnapshot, mayShrink: readonly string[]): Comparison {
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

function lost(table: string, count: number | null, { rows }: DatabaseSnapshot, mayShrink: readonly string[]): string[] {
  if (table === OWN) return [];
  const now = rows[table];
  if (now === undefined) return [`table ${table} is gone`];
  if (now === null || count === null || now >= count || mayShrink.includes(table)) return [];
  return [`${table} has ${now} rows, ${count - now} fewer than before`];
}

function uncounted({ rows }: DatabaseSnapshot): string[] {
  const tables = Object.entries(rows).flatMap(([table, count]) => (count === null ? [table] : []));
  return tables.length === 0 ? [] : [`not counted: ${tables.join(", ")}`];
}

const added = (before: readonly string[], after: readonly string[]): string[] =>
  after.filter((name) => !before.includes(name));
