import type { AnswerTo, WithoutRecordsQuestion } from "../../domain/ports.ts";
import { type Row, rowLines } from "../text/layout.ts";
import type { DisplayOptions } from "../text/style.ts";
import type { Terminal } from "./prompt.ts";
import { isTyped } from "./typed-text.ts";

/** Says whose records are on which machine only, and asks until the newest one's id is typed or the answer is no. */
export async function withoutRecordsAtTerminal(
  terminal: Terminal,
  question: WithoutRecordsQuestion,
): Promise<AnswerTo<WithoutRecordsQuestion>> {
  terminal.output.write(`\n${renderUnsharedRecords(question, terminal.display)}`);
  const asked = { to: "continue without them", otherwise: "That is not the id; nothing is taken." };
  return { yes: await isTyped(terminal, question.text, asked) };
}

const WITHOUT = {
  other: "this run begins; what changed last is not known here",
  same: "it continues from the shared records; what it did since may be done again",
} as const;

export function renderUnsharedRecords({ records, isSame }: WithoutRecordsQuestion, display: DisplayOptions): string {
  const hosts = [...new Set(records.map(({ host }) => host))];
  const rows: Row[] = [
    ...records.map(
      ({ execution, operator, host }): Row => ({
        label: "UNSHARED",
        text: `the last records of execution ${execution} are on ${host} only (${operator}@${host})`,
        tone: "warn",
        whole: true,
      }),
    ),
    {
      label: " Better",
      text: `on ${hosts.join(" and ")}, vulcan-ops history shares them, where it reaches the shared journal`,
    },
    { label: " If taken", text: WITHOUT[isSame ? "same" : "other"] },
  ];
  return `${rows.flatMap((row) => rowLines(row, display, 0)).join("\n")}\n`;
}
