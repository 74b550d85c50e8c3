import { isCommandLine } from "./command-line.ts";
import { firstClauses } from "./ending-state.ts";
import type { ExecutionEnded } from "./execution-event.ts";
import { type Headline, wordsIn } from "./headline.ts";

/** How an execution ended, and what to do: the first row of its END. */
export function endingHeadline(ended: ExecutionEnded): Headline {
  return { state: stateOf(ended), next: nextOf(ended) };
}

/** What its sentence says beyond that row; empty where that says it all. */
export function beyondHeadline(ended: ExecutionEnded): string {
  const [state, sentence] = [stateOf(ended), sentenceOf(ended)];
  if (sentence === state) return "";
  if (sentence.startsWith(state) && /^[:;,.] /.test(sentence.slice(state.length)))
    return sentence.slice(state.length + 2);
  const [lead = "", tail = ""] = state.split(": ");
  const [own = ""] = sentence.split(/[:;] /, 1);
  if (own !== lead && placeIn(own) !== placeIn(lead)) return sentence;
  const rest = sentence.slice(own.length + 2);
  // Only a longer form of the same; of a failure it is the cause.
  const isSame = ended.status !== "failed" && rest.startsWith(tail) && !/[;,]/.test(rest);
  return isSame ? "" : rest;
}

/** `step 3/6 (revert)` */
const placeIn = (text: string): string => /\bstep \S+ \(\S+\)/.exec(text)?.[0] ?? text;

/** A journal of 0.1.0 has a status and a text alone. */
const sentenceOf = ({ status, text, outcome }: ExecutionEnded): string =>
  outcome ?? (text === status ? text : `${status}: ${text}`);

/** A journal of an earlier release has no short state. */
const stateOf = (ended: ExecutionEnded): string => ended.state ?? firstClauses(sentenceOf(ended));

/** A person is asked, or something is looked at, before any command is worth typing. */
const BY_REASON: Readonly<Record<string, string>> = { "lock-lost": "ask its holder" };

/** What a long line is for, or a shorter one for the same; the line itself stands below. */
const BY_LINE: readonly (readonly [RegExp, string])[] = [
  [/^vulcan-ops watch /, "vulcan-ops watch"],
  [/^run the same command again/, "run it again"],
  [/\bsts get-caller-identity\b/, "check the credentials"],
  [/\brds describe-events\b/, "read its events"],
];

const MOST_COMMAND_WORDS = 5;

const nextOf = ({ next: [first], reason = "" }: ExecutionEnded): string =>
  BY_REASON[reason] ?? (first === undefined ? "nothing to do" : nextInWords(first));

/** A line of what to do next, as a first row says it: a short command itself, of a long one what it is for. */
export function nextInWords(first: string): string {
  const byLine = BY_LINE.find(([pattern]) => pattern.test(first))?.[1];
  const own = wordsIn(first) <= MOST_COMMAND_WORDS ? first : undefined;
  return byLine ?? own ?? (isCommandLine(first) ? "the command below" : "see below");
}
