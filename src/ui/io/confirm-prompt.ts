import type { AnswerTo, ConfirmQuestion } from "../../domain/ports.ts";
import { renderStep } from "../render/plan.ts";
import { renderDetails, renderExplanation } from "../render/step-details.ts";
import type { StepName } from "../render/step-rows.ts";
import { foreignLines, paragraph } from "../text/layout.ts";
import { expectedText, isAnswer, unchangedSince } from "./flag-answers.ts";
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

/** Shows the step and asks until the answer is yes or no; the end of input is a no. */
export async function confirmAtTerminal(
  terminal: Terminal,
  question: ConfirmQuestion,
  nameOf: StepName,
): Promise<Answer> {
  terminal.output.write(`\n${renderQuestion(terminal, question, nameOf)}`);
  const how = question.mode;
  for (;;) {
    const reply = await askLine(terminal, promptLine(question));
    if (reply.kind === "interrupted") throw interrupted(unchangedSince(question));
    const meaning = reply.kind === "answer" ? meaningOf(reply.text.trim(), question) : "no";
    if (meaning === "yes" || meaning === "no") return { yes: meaning === "yes", how };
    terminal.output.write(REPLIES[meaning](terminal, question));
  }
}

/** The expected text always means yes, even if it is also in WORDS. */
function meaningOf(text: string, { mode, step }: ConfirmQuestion): Meaning {
  if (mode === "typed") return isAnswer(text, step) ? "yes" : (WORDS[text.toLowerCase()] ?? "again");
  if (text === "") return "no";
  return /^y(es)?$/i.test(text) ? "yes" : (WORDS[text.toLowerCase()] ?? "again");
}

const REPLIES: Readonly<
  Record<"explain" | "details" | "again", (terminal: Terminal, question: ConfirmQuestion) => string>
> = {
  explain: ({ display }, { step }) => renderExplanation(step, display),
  details: ({ display }, { step }) => renderDetails(step, display),
  again: ({ display }, question) => `${paragraph(againText(question), display, 1, "warn").join("\n")}\n`,
};

function againText({ mode, step }: ConfirmQuestion): string {
  if (mode === "prompt") return "Not understood; nothing is sent. y goes on; n, q or Enter does not.";
  return `That is not the text; nothing is sent. Type ${expectedText(step)} to go on, q to stop.`;
}

function promptLine({ mode, step }: ConfirmQuestion): string {
  return mode === "typed" ? `Type ${expectedText(step)} to go on:` : "Go on? [y/N]";
}

function renderQuestion({ display }: Terminal, question: ConfirmQuestion, nameOf: StepName): string {
  const { step, stale, position, phase } = question;
  const lines = [
    ...staleLines(stale, display),
    renderStep(step, display, { position, phase, nameOf }).trimEnd(),
    ...paragraph("e explain   d details   q stop: nothing is sent", display, 1, "quiet"),
  ];
  return `${lines.join("\n")}\n`;
}

function staleLines(stale: readonly string[], display: Terminal["display"]): string[] {
  if (stale.length === 0) return [];
  return [
    ...paragraph("STALE  the world has changed since this was shown; look again:", display, 1, "warn"),
    ...stale.flatMap((line) => foreignLines(line, display, 1)),
  ];
}
