import { OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import type { AnswerTo, ConfirmQuestion, Reminder } from "../../domain/ports.ts";
import type { Silence } from "../../domain/silence.ts";
import { formatDuration } from "../../domain/time.ts";
import { renderQuestion } from "../render/question.ts";
import { countdownText, unansweredText } from "../render/silence.ts";
import type { StepName } from "../render/step-rows.ts";
import { paragraph } from "../text/layout.ts";
import type { DisplayOptions } from "../text/style.ts";
import { confirmAtTerminal } from "./confirm-prompt.ts";
import { type Counted, countDown } from "./countdown-prompt.ts";
import { unchangedSince } from "./flag-answers.ts";
import { interrupted } from "./keyboard.ts";
import type { Terminal } from "./prompt.ts";
import { BELL } from "./screen.ts";

type Answer = AnswerTo<ConfirmQuestion>;

/** A confirmation that an absent operator does not hold up: it counts down to a yes, or ends with its safe answer. */
export async function confirmOrSilence(
  terminal: Terminal,
  question: ConfirmQuestion & { readonly silence: Silence },
  nameOf: StepName,
  remind?: Reminder,
): Promise<Answer> {
  const { silence } = question;
  if (silence.countdown !== undefined) {
    const counted = await countToYes(terminal, question, silence.countdown);
    if (counted.kind === "passed") return { yes: true, how: "countdown" };
    if (counted.kind === "key" && /^y$/i.test(counted.key)) return { yes: true, how: "prompt" };
    if (counted.kind === "interrupted") throw interrupted(unchangedSince(question));
  }
  const { output, display } = terminal;
  const ask = (limited: Terminal) => confirmAtTerminal(limited, question, nameOf);
  const answer = silence.isUrgent
    ? await calledWithin(terminal, silence.within, remind, ask)
    : await answerWithin(terminal, silence.within, ask);
  if (answer !== undefined) return answer;
  output.write(warning(unansweredText(silence), display));
  return { yes: silence.answer === "yes", how: "silence" };
}

/** A choice in the same way: people are called to it, and without an answer its safe one counts. */
export async function chooseOrSilence<T>(
  terminal: Terminal,
  silence: { readonly within: number; readonly answer: string },
  remind: Reminder | undefined,
  ask: (limited: Terminal) => Promise<T>,
): Promise<T | undefined> {
  const { output, display } = terminal;
  output.write(warning(`Without an answer in ${formatDuration(silence.within)}: ${silence.answer}.`, display));
  const answer = await calledWithin(terminal, silence.within, remind, ask);
  if (answer === undefined) output.write(warning(unansweredText(silence), display));
  return answer;
}

const warning = (text: string, display: DisplayOptions): string =>
  `${paragraph(text, display, 0, "warn").join("\n")}\n`;

function calledWithin<T>(
  terminal: Terminal,
  seconds: number,
  remind: Reminder | undefined,
  ask: (limited: Terminal) => Promise<T>,
): Promise<T | undefined> {
  const stopCalling = callEachMinute(terminal, remind);
  return answerWithin(terminal, seconds, ask).finally(stopCalling);
}

function countToYes(terminal: Terminal, question: ConfirmQuestion, seconds: number): Promise<Counted> {
  terminal.output.write(
    `\n${renderQuestion(question, terminal.display, { foot: "countdown", rows: terminal.output.rows })}`,
  );
  return countDown(terminal, seconds, countdownText, ({ kind }) => (kind === "passed" ? "No key: yes." : ""));
}

const MINUTE_MS = 60_000;

/** A question that costs users nothing waits. People are told of it once, so long after it was asked. */
const LATE_MS = 5 * MINUTE_MS;

export function remindedLate<T>(remind: Reminder | undefined, asking: Promise<T>): Promise<T> {
  if (remind === undefined) return asking;
  const timer = setTimeout(remind, LATE_MS);
  return asking.finally(() => clearTimeout(timer));
}

/** Rings and reminds at once and each minute, by the operator's clock. */
function callEachMinute({ output, display }: Terminal, remind?: Reminder): () => void {
  const call = () => {
    if (display.live) output.write(BELL);
    remind?.();
  };
  call();
  const timer = setInterval(call, MINUTE_MS);
  return () => clearInterval(timer);
}

/** Undefined: no answer came within so many seconds of the operator's clock. */
async function answerWithin<T>(
  terminal: Terminal,
  seconds: number,
  ask: (terminal: Terminal) => Promise<T>,
): Promise<T | undefined> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), seconds * 1000);
  const stop = AbortSignal.any([over.signal, ...(terminal.stop ? [terminal.stop] : [])]);
  try {
    return await ask({ ...terminal, stop });
  } catch (error) {
    const isOver = over.signal.aborted && terminal.stop?.aborted !== true;
    if (isOver && error instanceof OpsError && error.exitCode === EXIT.interrupted) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
