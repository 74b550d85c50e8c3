/** The first row of a screen: who reads it alone knows how things are, and what to do next. */
export interface Headline {
  readonly state: string;
  readonly next: string;
}

/** A reader at night takes in no more at a glance. */
export const MOST_WORDS = 14;

/** Words of a row; an arrow or a dot between them is none. */
export const wordsIn = (text: string): number => text.split(/\s+/).filter((word) => /[\p{L}\d]/u.test(word)).length;

export const headlineText = ({ state, next }: Headline): string => `${state}. Next: ${next}`;

/** With the first of these states, the fullest first, that fits the row; else with the last. */
export function headlineOf(next: string, states: readonly string[]): Headline {
  const all = states.map((state) => ({ state, next }));
  return all.find((one) => wordsIn(headlineText(one)) <= MOST_WORDS) ?? all.at(-1) ?? { state: "", next };
}

/** `Step 3/6: wait for the rollout to complete`. A name at the beginning keeps its capitals. */
export function stepState(number: string | undefined, what: string, kind = "Step"): string {
  if (number === undefined || number === "") return what;
  const lowered = /^[A-Z][a-z]/.test(what) ? `${what.slice(0, 1).toLowerCase()}${what.slice(1)}` : what;
  return `${kind} ${number}: ${lowered}`;
}
