import type { AnswerTo, UnsharedQuestion } from "../../domain/ports.ts";
import { type Row, rowLines } from "../text/layout.ts";
import type { DisplayOptions } from "../text/style.ts";
import type { Terminal } from "./prompt.ts";
import { isTyped } from "./typed-text.ts";

/** Says that other machines would not see the next change, and asks until the text is typed or the answer is no. */
export async function unsharedAtTerminal(
  terminal: Terminal,
  question: UnsharedQuestion,
): Promise<AnswerTo<UnsharedQuestion>> {
  terminal.output.write(`\n${renderUnshared(question, terminal.display)}`);
  return {
    yes: await isTyped(terminal, question.text, { to: "continue unshared", otherwise: "That is not the text." }),
  };
}

export function renderUnshared({ store, why, hasSent }: UnsharedQuestion, display: DisplayOptions): string {
  const rows: Row[] = [
    { label: "JOURNAL", text: "the shared journal does not take the next record", tone: "warn", whole: true },
    { label: " Store", text: store },
    { label: " Why", text: why.replace(`the shared journal ${store} `, "it ") },
    { label: " If yes", text: "this run continues on this machine's file; other machines do not see it" },
    { label: " If no", text: hasSent ? "it stops here; what it changed for the run is put back" : "nothing is sent" },
  ];
  return `${rows.flatMap((row) => rowLines(row, display, 0)).join("\n")}\n`;
}
