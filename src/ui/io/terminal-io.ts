import { NOTHING_SENT } from "../../domain/error.ts";
import type {
  AnswerTo,
  ChoiceQuestion,
  Clock,
  ConfirmQuestion,
  ExpectedWait,
  HoldQuestion,
  PrincipalQuestion,
  Question,
  ReasonQuestion,
  Reminder,
  TakeOverQuestion,
  UnsharedQuestion,
  WithoutRecordsQuestion,
} from "../../domain/ports.ts";
import { type AnyEvent, renderEndAgain } from "../render/event.ts";
import { createEventLog, type EventLog } from "../render/event-log.ts";
import { renderStep } from "../render/plan.ts";
import { foreignLines } from "../text/layout.ts";
import { progressText } from "../text/progress-bar.ts";
import { confirmAtTerminal } from "./confirm-prompt.ts";
import { holdAtTerminal } from "./countdown-prompt.ts";
import {
  allowsPrincipal,
  allowsTakeOver,
  allowsWithoutRecords,
  answerUnattended,
  confirmByFlags,
  type FlagAnswers,
} from "./flag-answers.ts";
import { interrupted, SINCE_QUESTION } from "./keyboard.ts";
import { createLiveView, type LiveView } from "./live-view.ts";
import { principalAtTerminal } from "./principal-prompt.ts";
import { askChoice, type Choice, isInteractive, type Terminal } from "./prompt.ts";
import { reasonAtTerminal } from "./reason-prompt.ts";
import { BELL, type Screen } from "./screen.ts";
import { chooseOrSilence, confirmOrSilence, remindedLate } from "./silent-question.ts";
import { takeOverAtTerminal } from "./take-over-prompt.ts";
import { createTerminalTitle, type TerminalTitle } from "./terminal-title.ts";
import { unsharedAtTerminal } from "./unshared-prompt.ts";
import { withoutRecordsAtTerminal } from "./without-records-prompt.ts";

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
  readonly title: TerminalTitle;
  /** A step that is planned, until it is known whether its question says the same. */
  planned?: { readonly step: string; readonly text: string } | undefined;
}

/** The Io port for a person at a terminal: questions, and a live view between them if the terminal can redraw. */
export function createTerminalIo({ answers, clock = { now: Date.now }, ...terminal }: TerminalOptions): Screen {
  const { output, display } = terminal;
  const live = createLiveView(terminal, clock);
  // A stop prints a message, and the view would draw over it.
  terminal.stop?.addEventListener("abort", () => live.stop());
  const desk: TerminalDesk = {
    terminal,
    answers,
    eventLog: createEventLog(display, { saysOnce: display.verbose !== true }),
    live,
    title: createTerminalTitle(terminal),
  };
  return {
    learn: (plan) => desk.eventLog.learn(plan),
    learnSteps: (steps) => desk.eventLog.learnSteps(steps),
    say: (text) => besideView(desk, text),
    notify: (event) => notify(desk, event),
    ask: (question, remind) => ask(desk, question, remind),
    waits: (wait) => waits(desk, wait),
    close() {
      tellPlanned(desk);
      live.stop();
      desk.title.restore();
      if (terminal.input.isTTY && terminal.input.isRaw) terminal.input.setRawMode(false);
      if (display.live) output.write(SHOW_CURSOR);
    },
  };
}

const SHOW_CURSOR = "\u001b[?25h";

/** After these events a step waits, so its view begins or continues. */
const WAITING: readonly AnyEvent["type"][] = ["step.confirmed", "step.sent", "step.progress"];

function notify(desk: TerminalDesk, event: AnyEvent): void {
  const { terminal, eventLog, live, title } = desk;
  const { output, display } = terminal;
  tellPlanned(desk);
  if (event.type === "step.planned" && display.verbose !== true) {
    desk.planned = { step: event.step, text: eventLog.write(event) };
    return;
  }
  const isProgress = event.type === "step.progress";
  const isWaiting = "step" in event && WAITING.includes(event.type);
  if (!(display.live && isProgress)) {
    const resume = live.pause();
    const text = eventLog.write(event);
    output.write(text);
    if (event.type === "execution.ended" && isTallerThan(text, output)) output.write(renderEndAgain(event, display));
    if (isWaiting) resume();
    else live.stop();
  }
  if (!display.live || display.quiet === true || !isWaiting) return;
  const name = eventLog.headOf(event.step);
  live.show(event.step, name);
  title.set(titleOf(name));
  if (isProgress) live.update(progressText(event, display));
}

/** Tells of the step that was planned last, unless its own question is about to: that has it all. */
function tellPlanned(desk: TerminalDesk, asking?: string): void {
  const { planned, live, terminal } = desk;
  desk.planned = undefined;
  if (planned === undefined || planned.text === "" || planned.step === asking) return;
  const resume = live.pause();
  terminal.output.write(planned.text);
  resume();
}

/** Its first row has left the glass by the time its last one is there. */
const isTallerThan = (text: string, { rows = Number.POSITIVE_INFINITY }: NodeJS.WriteStream): boolean =>
  text.split("\n").length > rows - 1;

const titleOf = ({ number, title }: ReturnType<EventLog["headOf"]>): string =>
  [number, title, "· vulcan-ops"].filter(Boolean).join(" ");

/** The view is there before the wait reports anything. */
function waits(desk: TerminalDesk, wait: ExpectedWait): void {
  const { terminal, eventLog, live } = desk;
  tellPlanned(desk);
  const { live: canRedraw, quiet = false } = terminal.display;
  if (canRedraw && !quiet && terminal.stop?.aborted !== true) live.know(wait, eventLog.headOf(wait.step));
}

/** Prints between the lines of a view, which then continues below. */
function besideView(desk: TerminalDesk, text: string): void {
  const { terminal, live } = desk;
  tellPlanned(desk);
  const resume = live.pause();
  terminal.output.write(text);
  resume();
}

async function ask<Q extends Question>(desk: TerminalDesk, question: Q, remind?: Reminder): Promise<AnswerTo<Q>> {
  desk.live.stop();
  const anyQuestion: Question = question;
  tellPlanned(desk, anyQuestion.kind === "confirm" ? anyQuestion.step.id : undefined);
  const answer = await { confirm, choice, hold, takeOver, withoutRecords, principal, unshared, reason }[
    anyQuestion.kind
  ](afterStop(desk), anyQuestion as never, remind);
  return answer as AnswerTo<Q>;
}

/** A question opens: the terminal says so to those who look at another one. */
function ring({ terminal, title }: TerminalDesk): void {
  if (!terminal.display.live) return;
  title.set("? vulcan-ops asks");
  terminal.output.write(BELL);
}

/** A question after the first Ctrl-C is about restoring. That Ctrl-C must not answer this question too. */
function afterStop(desk: TerminalDesk): TerminalDesk {
  const { stop, ...terminal } = desk.terminal;
  return stop?.aborted === true ? { ...desk, terminal } : desk;
}

async function confirm(
  desk: TerminalDesk,
  question: ConfirmQuestion,
  remind?: Reminder,
): Promise<AnswerTo<ConfirmQuestion>> {
  const { terminal, eventLog } = desk;
  const { silence } = question;
  eventLog.place(question);
  const beforehand = confirmByFlags(question, desk.answers);
  if (beforehand === undefined && isInteractive(terminal)) {
    ring(desk);
    return silence === undefined
      ? remindedLate(remind, confirmAtTerminal(terminal, question, eventLog.nameOf))
      : confirmOrSilence(terminal, { ...question, silence }, eventLog.nameOf, remind);
  }
  const place = { position: question.position, phase: question.phase, nameOf: eventLog.nameOf };
  if (terminal.display.quiet !== true) terminal.output.write(`\n${renderStep(question.step, terminal.display, place)}`);
  return beforehand ?? answerUnattended(question, desk.answers);
}

async function choice(
  desk: TerminalDesk,
  question: ChoiceQuestion,
  remind?: Reminder,
): Promise<AnswerTo<ChoiceQuestion>> {
  const { terminal, answers } = desk;
  if (answers.sandbox || !isInteractive(terminal)) return answerUnattended(question, answers);
  ring(desk);
  const detail = question.detail.flatMap((line) => foreignLines(line, terminal.display, 1));
  terminal.output.write(`\n${detail.map((line) => `${line}\n`).join("")}`);
  const { within, fallback: fallsTo } = question;
  const choose = (limited: Terminal) =>
    chooseFrom(limited, question.message, question.choices, fallsTo, SINCE_QUESTION);
  if (within === undefined) return chosen(await remindedLate(remind, choose(terminal)), fallsTo);
  const label = question.choices.find(({ value }) => value === fallsTo)?.label ?? fallsTo;
  const answer = await chooseOrSilence(terminal, { within, answer: label }, remind, async (limited) =>
    chosen(await choose(limited), fallsTo),
  );
  return answer ?? { value: fallsTo, how: "silence" };
}

const chosen = (value: string | undefined, fallback: string): AnswerTo<ChoiceQuestion> =>
  value === undefined ? { value: fallback, how: "none" } : { value, how: "prompt" };

async function hold(
  { terminal, answers, eventLog }: TerminalDesk,
  question: HoldQuestion,
): Promise<AnswerTo<HoldQuestion>> {
  if (answers.yes || answers.sandbox || !isInteractive(terminal)) return answerUnattended(question, answers);
  return holdAtTerminal(terminal, question, eventLog.headOf(question.step.id).number);
}

async function takeOver(desk: TerminalDesk, question: TakeOverQuestion): Promise<AnswerTo<TakeOverQuestion>> {
  const { terminal, answers } = desk;
  if (allowsTakeOver(answers, question) || !isInteractive(terminal)) return answerUnattended(question, answers);
  return takeOverAtTerminal(terminal, question);
}

async function withoutRecords(
  { terminal, answers }: TerminalDesk,
  question: WithoutRecordsQuestion,
): Promise<AnswerTo<WithoutRecordsQuestion>> {
  if (allowsWithoutRecords(answers, question) || !isInteractive(terminal)) return answerUnattended(question, answers);
  return withoutRecordsAtTerminal(terminal, question);
}

async function principal(desk: TerminalDesk, question: PrincipalQuestion): Promise<AnswerTo<PrincipalQuestion>> {
  const { terminal, answers } = desk;
  if (allowsPrincipal(answers, question) || !isInteractive(terminal)) return answerUnattended(question, answers);
  return principalAtTerminal(terminal, question);
}

async function unshared(desk: TerminalDesk, question: UnsharedQuestion): Promise<AnswerTo<UnsharedQuestion>> {
  if (!isInteractive(desk.terminal)) return answerUnattended(question, desk.answers);
  ring(desk);
  return unsharedAtTerminal(desk.terminal, question);
}

async function reason(
  { terminal, answers }: TerminalDesk,
  question: ReasonQuestion,
): Promise<AnswerTo<ReasonQuestion>> {
  return isInteractive(terminal) ? reasonAtTerminal(terminal, question) : answerUnattended(question, answers);
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
