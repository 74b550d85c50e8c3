import { OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import type { AnswerTo, ConfirmQuestion, Reminder } from "../../domain/ports.ts";
import type { Silence } from "../../domain/silence.ts";
import { renderQuestion } from "../render/question.ts";
import { countdownText, unansweredText } from "../render/silence.ts";
import type { StepName } from "../render/step-rows.ts";
import { paragraph } from "../text/layout.ts";
import { confirmAtTerminal } from "./confirm-prompt.ts";
import { type Counted, countDown } from "./countdown-prompt.ts";
import { unchangedSince } from "./flag-answers.ts";
import { interrupted } from "./keyboard.ts";
import type { Terminal } from "./prompt.ts";

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
  const answer = await answerWithin(terminal, silence.within, (limited) => {
    const stopCalling = silence.isUrgent ? callEachMinute(terminal, remind) : () => undefined;
    return confirmAtTerminal(limited, question, nameOf).finally(stopCalling);
  });
  if (answer !== undefined) return answer;
  output.write(`${paragraph(unansweredText(silence), display, 0, "warn").join("\n")}\n`);
  return { yes: silence.answer === "yes", how: "silence" };
}

function countToYes(terminal: Terminal, question: ConfirmQuestion, seconds: number): Promise<Counted> {
  terminal.output.write(`\n${renderQuestion(question, terminal.display, "countdown")}`);
  return countDown(terminal, seconds, countdownText, ({ kind }) => (kind === "passed" ? "No key: yes." : ""));
}

const MINUTE_MS = 60_000;
const BELL = "\u0007";

/** Rings and reminds at once and each minute, by the operator's clock. */
export function callEachMinute({ output, display }: Terminal, remind?: Reminder): () => void {
  const call = () => {
    if (display.live) output.write(BELL);
    remind?.();
  };
  call();
  const timer = setInterval(call, MINUTE_MS);
  return () => clearInterval(timer);
}

/** Undefined: no answer came within so many seconds of the operator's clock. */
export async function answerWithin<T>(
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
