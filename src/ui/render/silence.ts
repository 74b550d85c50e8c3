import type { Silence } from "../../domain/silence.ts";
import { formatDuration } from "../../domain/time.ts";

/** Before a question: what happens without an answer. */
export function silenceText({ within, answer }: Pick<Silence, "within" | "answer">): string {
  const end = answer === "no" ? "the run stops and puts everything back" : "the step runs";
  return `Without an answer in ${formatDuration(within)}, ${end}.`;
}

/** The same once it has happened. */
export function unansweredText({ within, answer }: { readonly within: number; readonly answer: string }): string {
  return `No answer in ${formatDuration(within)}: ${answer}.`;
}

/** One line of a countdown; `y` does not wait for its end. */
export const countdownText = (left: number): string => `Yes in ${left} s — y now, any other key holds`;
