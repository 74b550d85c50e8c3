import { NOTHING_SENT } from "../../domain/error.ts";
import type { AnswerTo, ReasonQuestion } from "../../domain/ports.ts";
import { paragraph } from "../text/layout.ts";
import { interrupted } from "./keyboard.ts";
import { askLine, type Terminal } from "./prompt.ts";

/** Asks until a reason of the right length is typed, or the answer is no; the end of input is a no. */
export async function reasonAtTerminal(
  terminal: Terminal,
  { target, most }: ReasonQuestion,
): Promise<AnswerTo<ReasonQuestion>> {
  const { output, display } = terminal;
  for (;;) {
    const reply = await askLine(terminal, `Reason, required on ${target}, as in INC-123; q to cancel:`);
    if (reply.kind === "interrupted") throw interrupted(NOTHING_SENT);
    const text = reply.kind === "answer" ? reply.text.trim() : "q";
    if (/^(q|quit|no?)$/i.test(text)) return {};
    if (text !== "" && text.length <= most) return { text };
    output.write(`${paragraph(`A reason has 1 to ${most} characters.`, display, 1, "warn").join("\n")}\n`);
  }
}
