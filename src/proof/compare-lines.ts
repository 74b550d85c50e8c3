import { differenceOf, differenceTexts, structureDifference } from "../domain/database/line-difference.ts";
import { sanitiseDeep } from "../domain/sanitise.ts";
import type { DatabaseLines } from "./database-lines.ts";

/** Rows of one table that are shown of each difference. */
const MOST_SHOWN = 3;
const ROW_LENGTH = 160;

/** What a Down has left or has taken too much. `grown`: tables that got rows of the Up, whose sequences may move on. */
export function remaining(before: DatabaseLines, after: DatabaseLines, grown: ReadonlySet<string>): readonly string[] {
  return sanitiseDeep([
    ...differenceTexts(structureDifference(before.structure, after.structure)),
    ...rowTexts(before, after),
    ...positionTexts(before, after, grown),
  ]);
}

/** What differs of the structure alone. */
export const structureTexts = (before: DatabaseLines, after: DatabaseLines): readonly string[] =>
  sanitiseDeep(differenceTexts(structureDifference(before.structure, after.structure)));

/** What a second Up gives otherwise than the first. Its rows may have other times and numbers, but not another count. */
export function otherwise(first: DatabaseLines, second: DatabaseLines): readonly string[] {
  const counts = [...first.rows].flatMap(([table, lines]) => {
    const now = second.rows.get(table)?.length;
    return now === undefined || now === lines.length ? [] : [`rows of ${table}: ${lines.length} → ${now}`];
  });
  return sanitiseDeep([...differenceTexts(structureDifference(first.structure, second.structure)), ...counts]);
}

/** Tables that have more rows, or are new. */
export function grownTables(before: DatabaseLines, after: DatabaseLines): ReadonlySet<string> {
  const grown = [...after.rows].filter(([table, lines]) => lines.length > (before.rows.get(table)?.length ?? -1));
  return new Set(grown.map(([table]) => table));
}

/** A table that is not in both is told by the structure. */
function rowTexts(before: DatabaseLines, after: DatabaseLines): readonly string[] {
  return [...before.rows].flatMap(([table, lines]) => {
    const now = after.rows.get(table);
    if (now === undefined) return [];
    const { gone, added } = differenceOf(lines, now);
    if (gone.length + added.length === 0) return [];
    const shown = [...gone.slice(0, MOST_SHOWN).map(asText("-")), ...added.slice(0, MOST_SHOWN).map(asText("+"))];
    return [`rows of ${table}: ${gone.length} gone, ${added.length} new`, ...shown];
  });
}

const asText =
  (mark: string) =>
  (row: string): string =>
    `${mark} ${row.length > ROW_LENGTH ? `${row.slice(0, ROW_LENGTH)}…` : row}`;

function positionTexts(before: DatabaseLines, after: DatabaseLines, grown: ReadonlySet<string>): readonly string[] {
  return [...before.sequences].flatMap(([name, { position, table }]) => {
    const now = after.sequences.get(name);
    const isByRows = table !== null && grown.has(table);
    if (now === undefined || now.position === position || isByRows) return [];
    return [`position of sequence ${name}: ${position} → ${now.position}`];
  });
}
