import type { AnswerTo, PrincipalQuestion } from "../../domain/ports.ts";
import { type Row, rowLines } from "../text/layout.ts";
import type { Terminal } from "./prompt.ts";
import { isTyped } from "./typed-text.ts";

/** Shows the principals on record and the present one, and asks until its name is typed or the answer is no. */
export async function principalAtTerminal(
  terminal: Terminal,
  { execution, before, now, text }: PrincipalQuestion,
): Promise<AnswerTo<PrincipalQuestion>> {
  const { output, display } = terminal;
  const rows: Row[] = [
    { label: "CALLER", text: `another one than execution ${execution} has on record`, tone: "warn", whole: true },
    ...before.map(({ arn }) => ({ label: " Record", text: arn })),
    { label: " Now", text: now.source === undefined ? now.arn : `${now.arn}, by ${now.source}` },
  ];
  output.write(`\n${rows.flatMap((row) => rowLines(row, display, 0)).join("\n")}\n`);
  return { yes: await isTyped(terminal, text, { to: "continue as it", otherwise: "That is not its name." }) };
}
