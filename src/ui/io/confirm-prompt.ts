import type { AnswerTo, ConfirmQuestion } from "../../domain/ports.ts";
import { againText, promptLine, renderQuestion, wholeStepRows } from "../render/question.ts";
import { renderDetails, renderExplanation } from "../render/step-details.ts";
import type { StepName } from "../render/step-rows.ts";
import { paragraph } from "../text/layout.ts";
import { isAnswer, unchangedSince } from "./flag-answers.ts";
import { interrupted } from "./keyboard.ts";
import { askLine, type Terminal } from "./prompt.ts";

type Answer = AnswerTo<ConfirmQuestion>;

/** What a typed line means. */
type Meaning = "yes" | "no" | "explain" | "details" | "again";

const WORDS: Readonly<Record<string, Meaning>> = {
  n: "no",
  no: "no",
  q: "no",
  quit: "no",
  stop: "no",
  e: "explain",
  explain: "explain",
  d: "details",
  details: "details",
};

/** Shows the question and asks until the answer is yes or no; the end of input is a no. */
export async function confirmAtTerminal(
  terminal: Terminal,
  question: ConfirmQuestion,
  nameOf: StepName,
): Promise<Answer> {
  const { output, display } = terminal;
  output.write(`\n${renderQuestion(question, display, { rows: output.rows })}`);
  const how = question.mode;
  for (;;) {
    const reply = await askLine(terminal, promptLine(question, display));
    if (reply.kind === "interrupted") throw interrupted(unchangedSince(question));
    const typed = reply.kind === "answer" ? reply.text.trim() : "q";
    const meaning = meaningOf(typed, question);
    if (meaning === "yes" || meaning === "no") return { yes: meaning === "yes", how };
    output.write(REPLIES[meaning](terminal, { question, typed, nameOf }));
  }
}

/** The expected text always means yes, even if it is also in WORDS. */
function meaningOf(text: string, { mode, step }: ConfirmQuestion): Meaning {
  if (mode === "typed") return isAnswer(text, step) ? "yes" : (WORDS[text.toLowerCase()] ?? "again");
  if (text === "") return "no";
  return /^y(es)?$/i.test(text) ? "yes" : (WORDS[text.toLowerCase()] ?? "again");
}

interface Asked {
  readonly question: ConfirmQuestion;
  readonly typed: string;
  readonly nameOf: StepName;
}

/** After what `e` and `d` print, the question stands again above the cursor. */
const REPLIES: Readonly<Record<"explain" | "details" | "again", (terminal: Terminal, asked: Asked) => string>> = {
  explain: ({ display, output: { rows } }, { question }) =>
    `${renderExplanation(question.step, display)}\n${renderQuestion(question, display, { rows })}`,
  details: ({ display, output }, { question, nameOf }) => {
    const details = renderDetails(question.step, wholeStepRows(question, display, nameOf), display);
    return `${details}\n${renderQuestion(question, display, { rows: output.rows })}`;
  },
  again: ({ display }, { question, typed }) =>
    `${paragraph(againText(question, typed), display, 1, "warn").join("\n")}\n`,
};
