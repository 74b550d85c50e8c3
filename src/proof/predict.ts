import type { Prediction } from "../domain/lint.ts";
import type { Known } from "../domain/status/target-status.ts";
import type { LiveSizes } from "./live.ts";
import type { Trial } from "./trial.ts";
import { worked } from "./weigh.ts";

/** How many rows a table gets here, so that the time of each can be told from the time of the statement itself. */
export const MEASURED_ROWS = 20_000;

/** With fewer nothing can be measured. */
const LEAST_MEASURED = 1000;

/** Of what is measured here: on a faster machine, and on slower storage with traffic. [I; O: within it on 1 million rows] */
const FASTER = 0.5;
const SLOWER = 5;

/** Reading a row takes no less (s), in memory. A smaller difference is noise. [O: 0.34 to 0.84 µs] */
const LEAST_PER_ROW = 0.3e-6;

/** One table, with few rows and with many. */
export interface Measured {
  readonly few: number;
  readonly many: number;
  /** Bytes a row here. */
  readonly width: number;
}

/**
 * How long the migration may take on the target: the same statements were run on few rows and on many, so what a row
 * takes is their difference. Undefined where no statement works on rows that were measured.
 */
export function predict(
  few: Trial,
  many: Trial,
  measured: ReadonlyMap<string, Measured>,
  sizes: LiveSizes,
): Known<Prediction> | undefined {
  const parts = many.statements.flatMap((statement, at) => {
    const tables = worked(statement, many).filter((table) => measured.has(table));
    const before = few.statements[at]?.ms;
    return tables.length === 0 || statement.ms === undefined || before === undefined
      ? []
      : [{ tables, ms: statement.ms - before }];
  });
  const all = [...new Set(parts.flatMap(({ tables }) => tables))];
  const unknown = all.find((table) => sizes.rows(table) === undefined);
  if (unknown !== undefined) return notKnown(`the rows of ${unknown} are not known: ANALYZE ${unknown}`);
  const unmade = all.find((table) => (measured.get(table)?.many ?? 0) < LEAST_MEASURED);
  if (unmade !== undefined) return notKnown(`too few rows of ${unmade} can be made here to measure by`);
  if (all.length === 0) return undefined;
  const seconds = parts.map((part) => secondsOf(part, measured, sizes));
  const total = all.reduce((sum, table) => sum + (sizes.rows(table) ?? 0), 0);
  const here = seconds.reduce((sum, one) => sum + one.here, 0);
  const most = seconds.reduce((sum, one) => sum + one.most, 0);
  return {
    known: true,
    value: {
      ...{ least: rounded(here * FASTER), most: rounded(most) },
      tables: all.map((table) => ({ table, rows: sizes.rows(table) ?? 0 })),
      microsecondsPerRow: rounded((here / Math.max(1, total)) * 1e6),
    },
  };
}

const notKnown = (why: string): Known<Prediction> => ({ known: false, why });

/** To two digits: more would be a promise. */
const rounded = (value: number): number => Number(value.toPrecision(2));

function secondsOf(
  { tables, ms }: { readonly tables: readonly string[]; readonly ms: number },
  measured: ReadonlyMap<string, Measured>,
  sizes: LiveSizes,
): { readonly here: number; readonly most: number } {
  const more = tables.reduce((sum, table) => sum + rowsBetween(measured.get(table)), 0);
  const perRow = Math.max(ms / 1000 / Math.max(1, more), LEAST_PER_ROW);
  const rows = tables.reduce((sum, table) => sum + (sizes.rows(table) ?? 0), 0);
  const wider = Math.max(1, ...tables.map((table) => (sizes.width(table) ?? 0) / (measured.get(table)?.width || 1)));
  return { here: perRow * rows, most: perRow * rows * SLOWER * Math.min(wider, SLOWER) };
}

const rowsBetween = ({ few, many }: Measured = { few: 0, many: 0, width: 1 }): number => Math.max(0, many - few);
