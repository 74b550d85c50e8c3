import { NOTHING_SENT } from "../../domain/error.ts";
import { paragraph } from "../text/layout.ts";
import { width } from "../text/wrap.ts";
import { interrupted } from "./keyboard.ts";
import { askLine, type Terminal } from "./prompt.ts";

interface Asked {
  /** What it does: `take over`. */
  readonly to: string;
  /** After a line that is no answer. */
  readonly otherwise: string;
}

/** Asks until the text is typed, in any case of letters, or the answer is no; the end of input is a no. */
export async function isTyped(terminal: Terminal, text: string, { to, otherwise }: Asked): Promise<boolean> {
  const { output, display } = terminal;
  for (;;) {
    const reply = await askLine(terminal, promptLine(text, to, display));
    if (reply.kind === "interrupted") throw interrupted(NOTHING_SENT);
    const typed = reply.kind === "answer" ? unquoted(reply.text.trim()) : "q";
    if (typed.toLowerCase() === text.toLowerCase()) return true;
    if (/^(q|quit|n|no|stop|)$/i.test(typed)) return false;
    output.write(`${paragraph(`${otherwise} Type ${quoted(text)}, or q to cancel.`, display, 1, "warn").join("\n")}\n`);
  }
}

/** Where it and the answer do not fit one row, which a terminal would break anywhere, it is only the text to type. */
function promptLine(text: string, to: string, { columns }: { readonly columns: number }): string {
  const whole = `Type ${quoted(text)} to ${to}, q to cancel:`;
  return width(`? ${whole} ${text} `) <= columns ? whole : `Type ${quoted(text)}, q to cancel:`;
}

/** Where it has a space, a reader has to see where it ends. */
const quoted = (text: string): string => (text.includes(" ") ? `"${text}"` : text);

/** Typed as it was shown, or as a shell takes it. */
const unquoted = (typed: string): string => /^(["'])(.*)\1$/.exec(typed)?.[2] ?? typed;
