import { stripVTControlCharacters } from "node:util";
import type { Terminal } from "./prompt.ts";

/** The title of the terminal's window, for those who look at another one. */
export interface TerminalTitle {
  set(title: string): void;
  /** Gives back the title from before. */
  restore(): void;
}

const SAVE = "\u001b[22;2t";
const RESTORE = "\u001b[23;2t";

/** Does nothing where the terminal cannot redraw. */
export function createTerminalTitle({ output, display }: Pick<Terminal, "output" | "display">): TerminalTitle {
  let current: string | undefined;
  return {
    set(title) {
      if (!display.live || title === current) return;
      output.write(`${current === undefined ? SAVE : ""}\u001b]2;${stripVTControlCharacters(title)}\u0007`);
      current = title;
    },
    restore() {
      if (current === undefined) return;
      output.write(`\u001b]2;\u0007${RESTORE}`);
      current = undefined;
    },
  };
}
