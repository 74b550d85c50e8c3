import { NOTHING_SENT } from "../../domain/error.ts";
import type {
  AnswerTo,
  ChoiceQuestion,
  Clock,
  ConfirmQuestion,
  HoldQuestion,
  PrincipalQuestion,
  Question,
  TakeOverQuestion,
} from "../../domain/ports.ts";
import type { AnyEvent } from "../render/event.ts";
import { createEventLog, type EventLog } from "../render/event-log.ts";
import { renderStep } from "../render/plan.ts";
import { foreignLines } from "../text/layout.ts";
import { progressText } from "../text/progress-bar.ts";
import { confirmAtTerminal } from "./confirm-prompt.ts";
import { holdAtTerminal } from "./countdown-prompt.ts";
import { allowsPrincipal, allowsTakeOver, answerUnattended, confirmByFlags, type FlagAnswers } from "./flag-answers.ts";
import { interrupted, SINCE_QUESTION } from "./keyboard.ts";
import { createLiveView, type LiveView } from "./live-view.ts";
import { principalAtTerminal } from "./principal-prompt.ts";
import { askChoice, type Choice, isInteractive, type Terminal } from "./prompt.ts";
import type { Screen } from "./screen.ts";
import { takeOverAtTerminal } from "./take-over-prompt.ts";

export interface TerminalOptions extends Terminal {
  readonly answers: FlagAnswers;
  /** Counts the seconds that a step has been waiting. */
  readonly clock?: Pick<Clock, "now">;
}

interface TerminalDesk {
  readonly terminal: Terminal;
  readonly answers: FlagAnswers;
  readonly eventLog: EventLog;
  readonly live: LiveView;
}

/** The Io port for a person at a terminal: questions, and a live view between them if the terminal can redraw. */
export function createTerminalIo({ answers, clock = { now: Date.now }, ...terminal }: TerminalOptions): Screen {
  const { output, display } = terminal;
  const live = createLiveView(output, display, clock);
  // A stop prints a message, and the view would draw over it.
  terminal.stop?.addEventListener("abort", () => live.stop());
  const desk: TerminalDesk = { terminal, answers, eventLog: createEventLog(display), live };
  return {
    learn: (plan) => desk.eventLog.learn(plan),
    say: (text) => besideView(desk, text),
    notify: (event) => notify(desk, event),
    ask: (question) => ask(desk, question),
    close() {
      live.stop();
      if (terminal.input.isTTY && terminal.input.isRaw) terminal.input.setRawMode(false);
      if (display.live) output.write(SHOW_CURSOR);
    },
  };
}

const SHOW_CURSOR = "\u001b[?25h";

/** After these events a step waits, so its view begins or continues. */
const WAITING: readonly AnyEvent["type"][] = ["step.confirmed", "step.sent", "step.progress"];

function notify({ terminal, eventLog, live }: TerminalDesk, event: AnyEvent): void {
  const { output, display } = terminal;
  const isProgress = event.type === "step.progress";
  if (!(display.live && isProgress)) {
    live.stop();
    output.write(eventLog.write(event));
  }
  if (display.live && "step" in event && WAITING.includes(event.type)) live.show(eventLog.titleOf(event.step));
  if (isProgress) live.update(progressText(event, display));
}

/** Prints between the lines of a view, which then continues below. */
function besideView({ terminal, live }: TerminalDesk, text: string): void {
  const { title } = live;
  live.stop();
  terminal.output.write(text);
  if (title !== undefined) live.show(title);
}

async function ask<Q extends Question>(desk: TerminalDesk, question: Q): Promise<AnswerTo<Q>> {
  desk.live.stop();
  const anyQuestion: Question = question;
  const answer = await { confirm, choice, hold, takeOver, principal }[anyQuestion.kind](
    afterStop(desk),
    anyQuestion as never,
  );
  return answer as AnswerTo<Q>;
}

/** A question after the first Ctrl-C is about restoring. That Ctrl-C must not answer this question too. */
function afterStop(desk: TerminalDesk): TerminalDesk {
  const { stop, ...terminal } = desk.terminal;
  return stop?.aborted === true ? { ...desk, terminal } : desk;
}

async function confirm(desk: TerminalDesk, question: ConfirmQuestion): Promise<AnswerTo<ConfirmQuestion>> {
  const { terminal, eventLog } = desk;
  eventLog.place(question);
  const beforehand = confirmByFlags(question, desk.answers);
  if (beforehand === undefined && isInteractive(terminal))
    return confirmAtTerminal(terminal, question, eventLog.nameOf);
  const place = { position: question.position, phase: question.phase, nameOf: eventLog.nameOf };
  terminal.output.write(`\n${renderStep(question.step, terminal.display, place)}`);
  return beforehand ?? answerUnattended(question, desk.answers);
}

async function choice(
  { terminal, answers }: TerminalDesk,
  question: ChoiceQuestion,
): Promise<AnswerTo<ChoiceQuestion>> {
  if (answers.sandbox || !isInteractive(terminal)) return answerUnattended(question, answers);
  const detail = question.detail.flatMap((line) => foreignLines(line, terminal.display, 1));
  terminal.output.write(`\n${detail.map((line) => `${line}\n`).join("")}`);
  const value = await chooseFrom(terminal, question.message, question.choices, question.fallback, SINCE_QUESTION);
  return value === undefined ? { value: question.fallback, how: "none" } : { value, how: "prompt" };
}

async function hold({ terminal, answers }: TerminalDesk, question: HoldQuestion): Promise<AnswerTo<HoldQuestion>> {
  if (answers.yes || answers.sandbox || !isInteractive(terminal)) return answerUnattended(question, answers);
  return holdAtTerminal(terminal, question);
}

async function takeOver(desk: TerminalDesk, question: TakeOverQuestion): Promise<AnswerTo<TakeOverQuestion>> {
  const { terminal, answers } = desk;
  if (allowsTakeOver(answers, question) || !isInteractive(terminal)) return answerUnattended(question, answers);
  return takeOverAtTerminal(terminal, question);
}

async function principal(desk: TerminalDesk, question: PrincipalQuestion): Promise<AnswerTo<PrincipalQuestion>> {
  const { terminal, answers } = desk;
  if (allowsPrincipal(answers, question) || !isInteractive(terminal)) return answerUnattended(question, answers);
  return principalAtTerminal(terminal, question);
}

/** A menu. Undefined at the end of input or without a terminal. Enter takes `preset`, or else the first choice. */
export async function chooseFrom(
  terminal: Terminal,
  message: string,
  choices: readonly Choice[],
  preset?: string,
  unchanged: string = NOTHING_SENT,
): Promise<string | undefined> {
  if (!isInteractive(terminal)) return undefined;
  const reply = await askChoice(terminal, message, choices, preset);
  if (reply.kind === "interrupted") throw interrupted(unchanged);
  return reply.kind === "answer" ? reply.text : undefined;
}
