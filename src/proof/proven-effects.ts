import type { DownLoss, TableWork } from "../domain/migrations/proof.ts";
import { sanitiseDeep } from "../domain/sanitise.ts";
import { isAtLeast } from "./effects.ts";
import type { Effects, Trial } from "./trial.ts";

const effectsOf = ({ statements }: Trial): readonly Effects[] => statements.flatMap(({ effects }) => effects ?? []);

/** What an Up did to the tables that were there before it. `had`: rows by the oid of a table. */
export function workOf(up: Trial, had: ReadonlyMap<string, number>): readonly TableWork[] {
  const work = new Map<string, TableWork>();
  const change = (table: string, more: (one: TableWork) => Partial<TableWork>): void => {
    const one = work.get(table) ?? { table, isRewritten: false, scanned: 0, changed: 0, rows: 0 };
    work.set(table, { ...one, ...more(one) });
  };
  for (const { locks, rewritten, scanned, changed } of effectsOf(up)) {
    for (const { table, mode } of locks)
      change(table, ({ lock }) => (lock !== undefined && isAtLeast(lock, mode) ? {} : { lock: mode }));
    for (const table of rewritten) change(table, () => ({ isRewritten: true }));
    for (const { table, rows, of } of scanned) change(table, (one) => ({ scanned: one.scanned + rows, rows: of }));
    for (const { table, rows, of } of changed) change(table, (one) => ({ changed: one.changed + rows, rows: of }));
  }
  const list = [...work.values()].filter(({ table }) => table !== "migrations");
  return sanitiseDeep(had.size === 0 ? list.map((one) => ({ ...one, rows: 0 })) : list);
}

const HOLDS_ROWS: Readonly<Record<string, DownLoss["kind"] | undefined>> = {
  table: "table",
  "foreign table": "table",
  "table column": "column",
  "materialized view": "materialized view",
};

/** What is lost with a Down, whether its text names it or it goes along. A column goes with its table. */
export function destroyedBy(down: Trial): readonly DownLoss[] {
  const effects = effectsOf(down);
  const dropped = effects.flatMap((one) => one.dropped);
  const objects = dropped.flatMap(({ type, name }): DownLoss[] => {
    const kind = HOLDS_ROWS[type];
    return kind === undefined ? [] : [{ kind, name: name.replace(/^public\./, "") }];
  });
  const tables = new Set(objects.filter(({ kind }) => kind !== "column").map(({ name }) => name));
  const kept = objects.filter(({ kind, name }) => kind !== "column" || !tables.has(name.replace(/\.[^.]*$/, "")));
  const changed = effects.flatMap((one) => one.changed.map(({ table }) => table));
  const rows = [...new Set(changed)].filter((name) => name !== "migrations" && !tables.has(name));
  return sanitiseDeep([...kept, ...rows.map((name): DownLoss => ({ kind: "rows", name }))]);
}
