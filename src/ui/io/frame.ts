import { width } from "../text/wrap.ts";

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";
const ERASE_BELOW = "\u001b[J";

/** Rows at the end of the screen that are drawn again in place. */
export interface Frame {
  /** Draws the rows where the last ones were. */
  draw(rows: readonly string[]): void;
  /** Erases the rows and shows the cursor. The next output takes their place. */
  clear(): void;
}

export function createFrame(output: NodeJS.WriteStream): Frame {
  let drawn: readonly string[] = [];
  const erasing = (): string => {
    const rows = drawn.reduce((sum, row) => sum + heightOf(row, output), 0);
    drawn = [];
    return rows === 0 ? "" : `\r${rows > 1 ? `\u001b[${rows - 1}A` : ""}${ERASE_BELOW}`;
  };
  return {
    draw(rows) {
      const erased = erasing();
      drawn = fitting(rows, output);
      output.write(`${HIDE_CURSOR}${erased}${drawn.join("\n")}`);
    },
    clear() {
      output.write(`${erasing()}${SHOW_CURSOR}`);
    },
  };
}

/** A row above the screen could not be erased. The last row stays: it says how to leave. */
function fitting(rows: readonly string[], { rows: height }: NodeJS.WriteStream): readonly string[] {
  const most = Math.max(2, (height || Number.POSITIVE_INFINITY) - 2);
  return rows.length <= most ? rows : [...rows.slice(0, most - 1), ...rows.slice(-1)];
}

/** A terminal that has become narrower shows a row on several. */
const heightOf = (row: string, { columns }: NodeJS.WriteStream): number =>
  Math.max(1, Math.ceil(width(row) / (columns || Number.POSITIVE_INFINITY)));
