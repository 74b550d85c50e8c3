import type { DataFacts, StructureFacts, TableFacts } from "../../domain/database/facts.ts";
import {
  byWeight,
  differenceTexts,
  isEmpty,
  shortened,
  structureDifference,
} from "../../domain/database/line-difference.ts";
import { counted } from "../../domain/finding.ts";
import { formatDuration, utcTime } from "../../domain/time.ts";

/** What the content of a restored database shows about its restore point. */
export interface DataVerdict {
  /** One line. */
  readonly text: string;
  /** Empty if the content is as expected. */
  readonly problems: readonly string[];
  /** One line for each table, tables with times first. */
  readonly table: readonly string[];
}

/** The times in rows come from other clocks than the database's. */
const CLOCKS_APART_MS = 5000;

/** Rows that the source got since are expected to be missing. Other structure is not, unless the source migrated. */
export function judgeData(to: string, restored: DataFacts, source: DataFacts | undefined): DataVerdict {
  const structure = structureText(restored.structure, source?.structure);
  return {
    text: [newestText(to, restored.tables), rowsText(restored.tables, source?.tables), structure].join("; "),
    problems: [...tooNew(to, restored.tables), ...damage(restored.structure, source?.structure)],
    table: tableLines(restored.tables, source?.tables ?? []),
  };
}

function tooNew(to: string, tables: readonly TableFacts[]): string[] {
  const limit = Date.parse(to) + CLOCKS_APART_MS;
  return tables
    .filter(({ newest = "" }) => Date.parse(newest) > limit)
    .map(
      ({ table, newest = "", newer = 0 }) => `${table} has ${counted(newer, "row")} of later, up to ${utcTime(newest)}`,
    );
}

function damage(restored: StructureFacts, source: StructureFacts | undefined): string[] {
  const beyond = (kind: "invalidIndexes" | "unvalidated" | "behind", what: string): string[] =>
    restored[kind].filter((name) => source?.[kind].includes(name) !== true).map((name) => `${what} ${name}`);
  return [
    ...beyond("invalidIndexes", "invalid index"),
    ...beyond("unvalidated", "constraint that is not validated:"),
    ...beyond("behind", "sequence that would give out a number which is taken:"),
    ...otherSchema(restored, source),
  ];
}

/** `-`: only the source has it; `+`: only the restored database. Undefined where the two cannot be compared. */
function differenceFromSource(restored: StructureFacts, source: StructureFacts | undefined) {
  const isSameVersion = source !== undefined && source.version === restored.version;
  if (!isSameVersion || source.lines === undefined || restored.lines === undefined) return undefined;
  return byWeight(structureDifference(source.lines, restored.lines));
}

function otherSchema(restored: StructureFacts, source: StructureFacts | undefined): string[] {
  const texts = differenceTexts(differenceFromSource(restored, source)?.structure ?? NONE);
  if (texts.length === 0) return [];
  return [`the schema is another one than the source's, at the same migration: ${shortened(texts)}`];
}

const NONE = { gone: [], added: [] };

function newestText(to: string, tables: readonly TableFacts[]): string {
  const newest = tables
    .flatMap((table) => table.newest ?? [])
    .sort()
    .at(-1);
  if (newest === undefined) return "no table tells when its rows were written";
  const before = (Date.parse(to) - Date.parse(newest)) / 1000;
  const distance =
    before < 0 ? "later than asked for" : before < 1 ? "less than 1 s before" : `${formatDuration(before)} before`;
  return `newest row ${utcTime(newest)}, ${distance} ${before < 0 ? "" : utcTime(to)}`.trimEnd();
}

function rowsText(restored: readonly TableFacts[], source: readonly TableFacts[] | undefined): string {
  const sum = (tables: readonly TableFacts[]): string => {
    const isExact = tables.every((table) => table.isExact === true);
    return `${isExact ? "" : "about "}${tables.reduce((total, { rows = 0 }) => total + rows, 0)}`;
  };
  const beside = source === undefined ? "" : `, ${sum(source)} in the source by now`;
  return `${sum(restored)} rows in ${counted(restored.length, "table")}${beside}`;
}

function structureText(restored: StructureFacts, source: StructureFacts | undefined): string {
  const at = restored.version === undefined ? "no migrations" : `at migration ${restored.version}`;
  if (source === undefined) return `${at}; the source was not read beside it`;
  if (source.version !== restored.version) return `${at}, the source at ${source.version ?? "none"}`;
  return `${at} like the source, ${schemaText(restored, source)}`;
}

function schemaText(restored: StructureFacts, source: StructureFacts): string {
  const difference = differenceFromSource(restored, source);
  if (difference === undefined)
    return `schema NOT COMPARED: ${restored.linesUnread ?? source.linesUnread ?? "not read"}`;
  if (!isEmpty(difference.structure)) return "another schema";
  const others = differenceTexts(difference.others);
  return others.length === 0 ? "the same schema" : `the same schema but for ${shortened(others)}`;
}

const MOST_LINES = 20;

function tableLines(restored: readonly TableFacts[], source: readonly TableFacts[]): string[] {
  const ranked = [...restored].sort((a, b) => Number(b.newest !== undefined) - Number(a.newest !== undefined));
  const lines = ranked.slice(0, MOST_LINES).map((table) => {
    const beside = source.find((one) => one.table === table.table);
    const newest = table.newest === undefined ? "" : `, newest ${utcTime(table.newest)}`;
    return `  ${table.table}: ${rowsOf(table)} rows, source ${rowsOf(beside)}${newest}${table.why === undefined ? "" : ` (${table.why})`}`;
  });
  return restored.length > MOST_LINES ? [...lines, `  and ${restored.length - MOST_LINES} more`] : lines;
}

const rowsOf = (table: TableFacts | undefined): string =>
  table?.rows === undefined ? "?" : `${table.isExact === true ? "" : "about "}${table.rows}`;
