import type { Relation, Snapshot } from "./snapshot.ts";
import type { Dropped, Effects, Renamed, TableLock, TableRows } from "./trial.ts";

/** Weakest first. */
const MODES = [
  "AccessShare",
  "RowShare",
  "RowExclusive",
  "ShareUpdateExclusive",
  "Share",
  "ShareRowExclusive",
  "Exclusive",
  "AccessExclusive",
];

/** Whether a lock of this mode is at least as strong as the other. */
export const isAtLeast = (mode: string, least: string): boolean => MODES.indexOf(mode) >= MODES.indexOf(least);

export interface Recorded {
  readonly dropped: readonly RecordedDrop[];
  readonly notices: readonly string[];
  /** How many rows each table has, by its oid. */
  readonly rows: ReadonlyMap<string, number>;
}

interface RecordedDrop extends Dropped {
  /** Of a column, that of its table. */
  readonly oid: string;
  /** The number of a column; 0 for whole objects. */
  readonly column: number;
}

/** What happened between two moments to the relations that were there at `start`, before the migration. */
export function effectsBetween(start: Snapshot, before: Snapshot, after: Snapshot, recorded: Recorded): Effects {
  const locked = locksTaken(start, before, after);
  return {
    locks: locked.map(({ table, mode }) => ({ table: nameOf(start, table), mode })),
    rewritten: rewritten(start, before, after),
    scanned: rowsOf(start, before, after, recorded.rows, "scanned"),
    changed: rowsOf(start, before, after, recorded.rows, "changed"),
    dropped: droppedBefore(start, recorded.dropped),
    renamed: renamed(start, before, after),
    json: jsonColumns(before, after),
    secured: [...start.relations.keys()]
      .filter((oid) => after.relations.get(oid)?.isRowSecured && !before.relations.get(oid)?.isRowSecured)
      .map((oid) => nameOf(start, oid)),
    empty: locked.filter(({ table }) => recorded.rows.get(table) === 0).map(({ table }) => nameOf(start, table)),
    notices: recorded.notices,
  };
}

const nameOf = ({ relations }: Snapshot, oid: string): string => relations.get(oid)?.name ?? oid;

const TABLES = new Set(["r", "p", "m", "f"]);
const isTable = (relation: Relation | undefined): boolean => relation !== undefined && TABLES.has(relation.kind);

function locksTaken(start: Snapshot, before: Snapshot, after: Snapshot): readonly TableLock[] {
  const strongest = (modes: readonly string[] = []): number =>
    Math.max(-1, ...modes.map((mode) => MODES.indexOf(mode.replace(/Lock$/, ""))));
  return [...after.locks].flatMap(([oid, modes]) => {
    const mode = strongest(modes);
    const isNew = mode > strongest(before.locks.get(oid));
    return isNew && isTable(start.relations.get(oid)) ? [{ table: oid, mode: MODES[mode] ?? "" }] : [];
  });
}

function rewritten(start: Snapshot, before: Snapshot, after: Snapshot): readonly string[] {
  return [...start.relations].flatMap(([oid, { name, kind }]) => {
    const [was, is] = [before.relations.get(oid), after.relations.get(oid)];
    return kind !== "S" && was !== undefined && is !== undefined && was.file !== is.file ? [name] : [];
  });
}

function rowsOf(
  start: Snapshot,
  before: Snapshot,
  after: Snapshot,
  had: ReadonlyMap<string, number>,
  which: "scanned" | "changed",
): readonly TableRows[] {
  return [...after.counts].flatMap(([oid, counts]) => {
    const rows = counts[which] - (before.counts.get(oid)?.[which] ?? 0);
    return rows > 0 && isTable(start.relations.get(oid))
      ? [{ table: nameOf(start, oid), rows, of: had.get(oid) ?? 0 }]
      : [];
  });
}

/** Of what was there before, and is used by its own name. */
function droppedBefore(start: Snapshot, dropped: Recorded["dropped"]): readonly Dropped[] {
  return dropped
    .filter((one) => WAS_THERE[one.type]?.(start, one) === true)
    .map(({ type, name, isNamed }) => ({ type, name, isNamed }));
}

type WasThere = (start: Snapshot, dropped: RecordedDrop) => boolean;

const relation: WasThere = ({ relations }, { oid }) => relations.has(oid);
const constraint: WasThere = ({ constraints }, { oid }) => constraints.has(oid);
/** `tr on public.t` */
const onTable: WasThere = ({ relations }, { name }) => {
  const table = name.replace(/^.* on (public\.)?/, "");
  return [...relations.values()].some((one) => one.name === table);
};

const WAS_THERE: Readonly<Record<string, WasThere | undefined>> = {
  table: relation,
  "foreign table": relation,
  view: relation,
  "materialized view": relation,
  index: relation,
  "table column": ({ columns }, { oid, column }) => columns.has(`${oid}.${column}`),
  "table constraint": constraint,
  "domain constraint": constraint,
  trigger: onTable,
  policy: onTable,
};

function renamed(start: Snapshot, before: Snapshot, after: Snapshot): readonly Renamed[] {
  const tables = [...start.relations].flatMap(([oid, relation]): Renamed[] => {
    const [was, is] = [before.relations.get(oid), after.relations.get(oid)];
    const isMoved = (isTable(relation) || relation.kind === "v") && was !== undefined && is !== undefined;
    return isMoved && was.name !== is.name ? [{ kind: "table", from: was.name, to: is.name }] : [];
  });
  const columns = [...start.columns].flatMap(([key, { table }]): Renamed[] => {
    const [was, is] = [before.columns.get(key), after.columns.get(key)];
    if (was === undefined || is === undefined || was.name === is.name) return [];
    return [{ kind: "column", from: `${nameOf(start, table)}.${was.name}`, to: is.name }];
  });
  return [...tables, ...columns];
}

/** Of new tables too: the queries over them fail alike. */
function jsonColumns(before: Snapshot, after: Snapshot): readonly string[] {
  return [...after.columns].flatMap(([key, { table, name, type }]) =>
    type === "json" && before.columns.get(key)?.type !== "json" ? [`${nameOf(after, table)}.${name}`] : [],
  );
}
