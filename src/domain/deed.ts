/** What a step does, as an operator says it: `roll back vulcan-prod from 1.43.0 (:43) to 1.42.0 (:42)`. */
export interface Deed {
  /** `roll back` */
  readonly verb: string;
  /** `rolled back` */
  readonly past: string;
  readonly object: string;
  readonly from?: string;
  readonly to?: string;
  /** How a question names `to`, if shorter. */
  readonly shortTo?: string;
  /** The moment (RFC 3339, UTC) that `to` names: a question adds it in its reader's zone. */
  readonly at?: string;
  /** The change in one row, where before and after do not say it. */
  readonly how?: string;
  /** What a list of executions names them by, rather than by what was only prepared for it. */
  readonly main?: true;
  /** The outcome names it beside those of the other steps. */
  readonly isOneOfSeveral?: true;
  /** What an operator has to remember once it is done. */
  readonly reminder?: string;
}

/** `Roll back vulcan-prod from 1.43.0 (:43) to 1.42.0 (:42)` */
export function deedText({ verb, object, from, to }: Deed): string {
  return capitalised([verb, object, ...named("from", from), ...named("to", to)].join(" "));
}

/** `roll back vulcan-prod to 1.42.0` */
export function deedGoal({ verb, object, to, shortTo = to }: Deed): string {
  return [verb, object, ...named("to", shortTo)].join(" ");
}

/** `rolled back vulcan-prod to 1.42.0 (:42)` */
export function deedDone({ past, object, to }: Deed): string {
  return [past, object, ...named("to", to)].join(" ");
}

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const named = (word: string, value: string | undefined): string[] => (value === undefined ? [] : [word, value]);
