import { findingTitle } from "./finding-titles.ts";
import { wordsIn } from "./headline.ts";

/** Beside what to do next, which takes about four words of the row. */
const MOST_STATE_WORDS = 10;

const fits = (text: string): boolean => wordsIn(text) <= MOST_STATE_WORDS;

/** What a step ended with, in a few words, where its code does not say it in plain ones. */
const REASONS: Readonly<Record<string, string>> = {
  "alarm-rollback": "a deployment alarm rolled back",
  "already-restored": "changes are put back",
  "aws-broken": "AWS gave no readable answer",
  "aws-expired": "credentials have expired",
  "aws-missing": "no credentials",
  "aws-refused": "AWS refused",
  "aws-silent": "AWS did not answer",
  "aws-throttled": "AWS throttled",
  "aws-unreachable": "AWS not reached",
  "breaker-rollback": "circuit breaker rolled back",
  "down-still-going": "the Down still runs",
  "foreign-change": "another hand changed it",
  "health-failing": "tasks fail health checks",
  irreversible: "not all can be undone",
  "lock-lost": "taken over",
  "migration-still-going": "migrations still run",
  "outcome-unknown": "no answer came",
  "records-elsewhere": "its records are on another machine",
  "state-dir-unwritable": "the journal cannot be written",
  "still-in-progress": "the time limit passed",
  superseded: "another deployment replaced it",
  "tasks-linger": "old tasks stay",
};

/** `Failed at step 4/6 (rollout): circuit breaker rolled back`: where it ended, and why if that fits. */
export function stoppedState(
  where: string,
  { reason, text }: { readonly reason?: string; readonly text: string },
): string {
  if (reason === undefined) return where;
  const told = [REASONS[reason] ?? findingTitle({ code: reason, text }), reason.replaceAll("-", " ")];
  const why = told.find((one) => !one.endsWith("…") && fits(`${where} ${one}`));
  return why === undefined ? where : `${where}: ${why}`;
}

/** What was done, and each proof that still fits. */
export const doneState = (deed: string, proofs: readonly string[]): string =>
  proofs.reduce((state, proof) => {
    const longer = withMore(state, proof);
    return fits(longer) ? longer : state;
  }, deed);

/** What stands also now. Where both do not fit, it replaces why the run ended. */
export function withState(state: string, more: string): string {
  if (more === "") return state;
  const whole = withMore(state, more);
  return fits(whole) ? whole : withMore(state.split(": ", 1)[0] ?? state, more);
}

const withMore = (state: string, more: string): string => `${state}${state.includes(": ") ? ", " : ": "}${more}`;

/** The first clauses of a sentence, as many as fit. */
export function firstClauses(sentence: string): string {
  const clauses = sentence.split(/(?<=[:;,]) /);
  const count = clauses.findLastIndex((_, index) => fits(clauses.slice(0, index + 1).join(" "))) + 1;
  const words = count === 0 ? sentence.split(" ").slice(0, MOST_STATE_WORDS) : clauses.slice(0, count);
  return words.join(" ").replace(/[:;,.]$/, "");
}
