import type { TargetRow } from "../../domain/status/target-row.ts";
import { type DisplayOptions, paint } from "../text/style.ts";
import { pad, width } from "../text/wrap.ts";
import { sentenceLines } from "./status.ts";

/** A row for each target; a long sentence continues below its own column. */
export function renderTargets(rows: readonly TargetRow[], display: DisplayOptions): string {
  const cells = Math.min(MOST_NAME, Math.max(...rows.map(({ name }) => width(name))) + 2);
  return rows.flatMap((row) => rowOf(row, cells, display)).join("\n");
}

const MOST_NAME = 24;

function rowOf({ name, production, tone, text }: TargetRow, cells: number, display: DisplayOptions): string[] {
  const lines = sentenceLines({ tone, text }, { ...display, columns: display.columns - cells });
  const head = pad(paint(name, production ? "loud" : "strong", display), cells);
  return lines.map((line, index) => `${index === 0 ? head : " ".repeat(cells)}${line}`);
}
