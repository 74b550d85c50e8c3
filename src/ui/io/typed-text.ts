import { NOTHING_SENT } from "../../domain/error.ts";
import { paragraph } from "../text/layout.ts";
import { interrupted } from "./keyboard.ts";
import { askLine, type Terminal } from "./prompt.ts";

/** Asks until the text is typed, in any case of letters, or the answer is no; the end of input is a no. */
export async function isTyped(
  terminal: Terminal,
  text: string,
  { to, otherwise }: { readonly to: string; readonly otherwise: string },
): Promise<boolean> {
  const { output, display } = terminal;
  for (;;) {
    const reply = await askLine(terminal, `Type ${text} to ${to}, q to stop:`);
    if (reply.kind === "interrupted") throw interrupted(NOTHING_SENT);
    const typed = reply.kind === "answer" ? reply.text.trim() : "q";
    if (typed.toLowerCase() === text.toLowerCase()) return true;
    if (/^(q|quit|n|no|stop|)$/i.test(typed)) return false;
    output.write(`${paragraph(`${otherwise} Type ${text} or q.`, display, 1, "warn").join("\n")}\n`);
  }
}
