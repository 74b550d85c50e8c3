import type { Block, Section } from "./sections.ts";

/** Sections as one Markdown document. Ends with a line feed. */
export function markdownOf(title: string, sections: readonly Section[]): string {
  const parts = [
    `# ${prose(title)}`,
    ...sections.flatMap((section) => [`## ${prose(section.title)}`, ...section.blocks.map(blockText)]),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** Blocks as Markdown; text from outside is no markup in it. */
function blockText(block: Block): string {
  switch (block.kind) {
    case "text":
      return prose(block.text);
    case "list":
      return block.items.map((item) => `- ${prose(item)}`).join("\n");
    case "table":
      return tableText(block.columns, block.rows);
    case "commands":
      return fenced(block.lines.join("\n"));
    case "plot":
      return `- ${prose(block.text)}`;
  }
}

function tableText(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(columns), `|${"---|".repeat(columns.length)}`, ...rows.map(line)].join("\n");
}

const cell = (text: string): string => prose(text).replaceAll("|", "\\|");

/** A fence longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}bash\n${text}\n${fence}`;
}

/** One line without markup: what Markdown would read as markup, HTML or a heading stands as it was written. */
export const prose = (text: string): string =>
  text
    .replace(/\s*\n\s*/g, " ")
    .replace(/[\\`*[\]<>~]/g, "\\$&")
    .replace(/&(?=#?\w+;)/g, "&amp;")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/^(\s*)([#+-])(?=\s)/, "$1\\$2")
    .replace(/^(\s*\d+)([.)])(?=\s)/, "$1\\$2");
