import type { HelpPage, HelpRow, HelpSection } from "../domain/help-page.ts";
import { hang, pad, width, wrap } from "../ui/text/wrap.ts";

const LEAST_COLUMNS = 40;
/** Longer rows are hard to read. */
const MOST_COLUMNS = 110;
const DEFAULT_COLUMNS = 80;
/** Below this width a text stands under its term. */
const NARROW = 60;
/** Beside a longer term no room is left: then every text of the section stands under its term. */
const MOST_TERM = 38;

/** A page of help for a terminal of this width. Ends with a line feed. */
export function renderHelp({ title, sections }: HelpPage, columns: number | undefined): string {
  const room = Math.min(MOST_COLUMNS, Math.max(LEAST_COLUMNS, columns || DEFAULT_COLUMNS));
  const blocks = [wrap(title, room), ...sections.map((section) => sectionLines(section, room))];
  return `${blocks.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function sectionLines({ heading, rows }: HelpSection, room: number): readonly string[] {
  const longest = Math.max(0, ...rows.map(([term, text]) => (text === undefined ? 0 : width(term))));
  const cells = longest > MOST_TERM ? 0 : longest + 4;
  return [heading, ...rows.flatMap((row) => rowLines(row, cells, room))];
}

function rowLines([term, text]: HelpRow, cells: number, room: number): readonly string[] {
  if (text === undefined) return hang("  ", wrap(term, room - 2));
  if (room >= NARROW && cells > 0) return hang(pad(`  ${term}`, cells), wrap(text, room - cells));
  return [...hang("  ", wrap(term, room - 2)), ...hang("    ", wrap(text, room - 4))];
}
