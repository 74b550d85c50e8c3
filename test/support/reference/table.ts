/** A table of Markdown: a bar within a cell is text. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ")).join(" | ")} |`;
  return [line(columns), `|${"---|".repeat(columns.length)}`, ...rows.map(line)].join("\n");
}

/** What stands first on each page, for whoever would edit it. */
export const MADE = "<!-- Made by `npm run golden` from the values that the program itself uses. Do not edit. -->";
