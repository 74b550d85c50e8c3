/** A Change Calendar that is open but for its closed times. */
export interface Calendar {
  /** Virtual ms: from, to. */
  readonly closed: readonly (readonly [from: number, to: number])[];
}

const DAY = 86_400_000;

/** One calendar without an event, and one that is closed for the first day of the world. */
export const makeCalendars = (now: number): Map<string, Calendar> =>
  new Map([
    ["vulcan-changes", { closed: [] }],
    ["vulcan-freeze", { closed: [[now - DAY, now + DAY]] }],
  ]);
