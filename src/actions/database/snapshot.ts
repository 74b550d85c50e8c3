import type { DataFacts } from "../../domain/database/facts.ts";
import { byWeight, differenceTexts, shortened, structureDifference } from "../../domain/database/line-difference.ts";
import type { AppliedMigration } from "../../domain/migrations/applied.ts";
import { packLines, unpackLines } from "./packed-lines.ts";

/** What a database holds at one moment, as far as it can be compared. The journal keeps it as text. */
export interface DatabaseSnapshot {
  /** Versions, each with the time when it was applied. */
  readonly migrations: readonly string[];
  /** Exact number of rows of each table; null if it could not be counted exactly. */
  readonly rows: Readonly<Record<string, number | null>>;
  readonly invalidIndexes: readonly string[];
  readonly unvalidated: readonly string[];
  readonly behind: readonly string[];
  /** The packed lines of the structure. Absent where they could not be read, and in journals of earlier releases. */
  readonly structure?: string;
}

export function snapshotFromOutputs(
  applied: readonly AppliedMigration[],
  facts: DataFacts | undefined,
): DatabaseSnapshot {
  const { invalidIndexes = [], unvalidated = [], behind = [], lines } = facts?.structure ?? {};
  const structure = lines === undefined ? undefined : packLines(lines);
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
    ...(structure !== undefined && { structure }),
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
  const structure = structureChange(before, after);
  const problems = [
    ...before.migrations
      .filter((row) => !after.migrations.includes(row))
      .map((row) => `migration ${row.split("@")[0]} is gone, or was applied again`),
    ...Object.entries(before.rows).flatMap(([table, count]) => lost(table, count, after, mayShrink)),
    ...added(before.invalidIndexes, after.invalidIndexes).map((name) => `invalid index ${name}`),
    ...added(before.behind, after.behind).map((name) => `sequence ${name} would give out a number which is taken`),
    ...structure.problems,
  ];
  const remarks = [
    ...structure.remarks,
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

/** Without a new migration, the structure stays as it is. What migrations have changed of it is told. */
function structureChange(before: DatabaseSnapshot, after: DatabaseSnapshot): Comparison {
  const [was, is] = [before, after].map((one) =>
    one.structure === undefined ? undefined : unpackLines(one.structure),
  );
  if (was === undefined && is === undefined) return NOTHING;
  if (was === undefined || is === undefined) return { ...NOTHING, remarks: ["schema NOT COMPARED line by line"] };
  const { structure, others } = byWeight(structureDifference(was, is));
  const texts = differenceTexts(structure);
  const rest = differenceTexts(others);
  const hasMigrated = after.migrations.some((row) => !before.migrations.includes(row));
  const remarks = rest.length === 0 ? [] : [`besides the schema: ${shortened(rest)}`];
  if (texts.length === 0) return { problems: [], remarks };
  if (!hasMigrated) return { problems: [`the schema has changed without a migration: ${shortened(texts)}`], remarks };
  return { problems: [], remarks: [`schema changed: ${shortened(texts, MOST_TOLD)}`, ...remarks] };
}

const NOTHING: Comparison = { problems: [], remarks: [] };

/** Of the changes that migrations have made. */
const MOST_TOLD = 6;
