import type {
  AnswerTo,
  ChoiceQuestion,
  Clock,
  ConfirmQuestion,
  HoldQuestion,
  Question,
  TakeOverQuestion,
} from "../../domain/ports.ts";
import type { AnyEvent } from "../render/event.ts";
import { createNarrator, type Narrator } from "../render/event-log.ts";
import { renderStep } from "../render/plan.ts";
import { foreignLines } from "../text/layout.ts";
import { progressText } from "../text/progress-bar.ts";
import { confirmAtTerminal } from "./confirm-prompt.ts";
import { holdAtTerminal } from "./countdown-prompt.ts";
import { answerUnattended, confirmByFlags, type FlagAnswers, isYieldedBy } from "./flag-answers.ts";
import { interrupted } from "./keyboard.ts";
import { createLiveView, type LiveView } from "./live-view.ts";
import { askChoice, type Choice, isInteractive, type Terminal } from "./prompt.ts";
import type { Screen } from "./screen.ts";
import { takeOverAtTerminal } from "./take-over-prompt.ts";

export interface TerminalOptions extends Terminal {
  readonly answers: FlagAnswers;
  /** Counts the seconds that a step has been waiting. */
  readonly clock?: Pick<Clock, "now">;
}

interface Desk {
  readonly terminal: Terminal;
  readonly answers: FlagAnswers;
  readonly narrator: Narrator;
  readonly live: LiveView;
}

/** The Io port for a person at a terminal: questions, and a live view between them where the terminal can redraw. */
export function createTerminalIo({ answers, clock = { now: Date.now }, ...terminal }: TerminalOptions): Screen {
  const { output, look } = terminal;
  const live = createLiveView(output, look, clock);
  // Whoever stops the run has something to say, and the view would draw over it.
  terminal.stop?.addEventListener("abort", () => live.stop());
  const desk: Desk = { terminal, answers, narrator: createNarrator(look), live };
  return {
    learn: (plan) => desk.narrator.learn(plan),
    say: (text) => besideView(desk, text),
    notify: (event) => notify(desk, event),
    ask: (question) => ask(desk, question),
    close() {
      live.stop();
      if (terminal.input.isTTY && terminal.input.isRaw) terminal.input.setRawMode(false);
      if (look.live) output.write(SHOW_CURSOR);
    },
  };
}

const SHOW_CURSOR = "\u001b[?25h";

/** After these a step waits, so its view begins or goes on. */
const WAITING: readonly AnyEvent["type"][] = ["step.confirmed", "step.sent", "step.progress"];

function notify({ terminal, narrator, live }: Desk, event: AnyEvent): void {
  const { output, look } = terminal;
  const isProgress = event.type === "step.progress";
  if (!(look.live && isProgress)) {
    live.stop();
    output.write(narrator.tell(event));
  }
  if (look.live && "step" in event && WAITING.includes(event.type)) live.show(narrator.titleOf(event.step));
  if (isProgress) live.update(progressText(event, look));
}

/** Prints between the lines of a view, which then goes on below. */
function besideView({ terminal, live }: Desk, text: string): void {
  const { title } = live;
  live.stop();
  terminal.output.write(text);
  if (title !== undefined) live.show(title);
}

async function ask<Q extends Question>(desk: Desk, question: Q): Promise<AnswerTo<Q>> {
  desk.live.stop();
  const asked: Question = question;
  const answer = await { confirm, choice, hold, takeOver }[asked.kind](afterStop(desk), asked as never);
  return answer as AnswerTo<Q>;
}

/** A question that comes after the first Ctrl-C is about restoring: that Ctrl-C was spent, and must not answer it too. */
function afterStop(desk: Desk): Desk {
  const { stop, ...terminal } = desk.terminal;
  return stop?.aborted === true ? { ...desk, terminal } : desk;
}

async function confirm(desk: Desk, question: ConfirmQuestion): Promise<AnswerTo<ConfirmQuestion>> {
  const { terminal, narrator } = desk;
  narrator.place(question);
  const beforehand = confirmByFlags(question, desk.answers);
  if (beforehand === undefined && isInteractive(terminal))
    return confirmAtTerminal(terminal, question, narrator.nameOf);
  const place = { position: question.position, phase: question.phase, nameOf: narrator.nameOf };
  terminal.output.write(`\n${renderStep(question.step, terminal.look, place)}`);
  return beforehand ?? answerUnattended(question, desk.answers);
}

async function choice({ terminal, answers }: Desk, question: ChoiceQuestion): Promise<AnswerTo<ChoiceQuestion>> {
  if (answers.sandbox || !isInteractive(terminal)) return answerUnattended(question, answers);
  const detail = question.detail.flatMap((line) => foreignLines(line, terminal.look, 1));
  terminal.output.write(`\n${detail.map((line) => `${line}\n`).join("")}`);
  const value = await chooseFrom(terminal, question.message, question.choices, question.fallback);
  return value === undefined ? { value: question.fallback, how: "none" } : { value, how: "prompt" };
}

async function hold({ terminal, answers }: Desk, question: HoldQuestion): Promise<AnswerTo<HoldQuestion>> {
  if (answers.yes || answers.sandbox || !isInteractive(terminal)) return answerUnattended(question, answers);
  return holdAtTerminal(terminal, question);
}

async function takeOver(desk: Desk, question: TakeOverQuestion): Promise<AnswerTo<TakeOverQuestion>> {
  const { terminal, answers } = desk;
  if (isYieldedBy(answers, question) || !isInteractive(terminal)) return answerUnattended(question, answers);
  return takeOverAtTerminal(terminal, question);
}

/** A menu; undefined at the end of input or where nobody can choose. Enter takes `preset`, else the first choice. */
export async function chooseFrom(
  terminal: Terminal,
  message: string,
  choices: readonly Choice[],
  preset?: string,
): Promise<string | undefined> {
  if (!isInteractive(terminal)) return undefined;
  const reply = await askChoice(terminal, message, choices, preset);
  if (reply.kind === "interrupted") throw interrupted("Nothing changed since the question was asked.");
  return reply.kind === "answer" ? reply.text : undefined;
}
