import { redactText } from "./redact.ts";
import { sanitise } from "./sanitise.ts";

/** What a person added to an execution's record. It stands beside the journal, which only its own process extends. */
export interface ExecutionNoted {
  readonly type: "execution.noted";
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string;
  readonly execution: string;
  readonly text: string;
  readonly operator: string;
  readonly host: string;
}

/** Characters of a note or a reason. */
export const MOST_NOTE = 2000;
export const MOST_REASON = 200;

/** A person's own words as one line: no control characters, no secrets. Undefined: empty, or longer than `most`. */
export function ownWords(text: string, most: number): string | undefined {
  const line = redactText(sanitise(text.replace(/\s+/g, " ").trim(), { most: Number.POSITIVE_INFINITY }));
  return line === "" || line.length > most ? undefined : line;
}

/** Records and notes of one execution in the order of their time; at one moment records come first. */
export function withNotes<E extends { readonly at: string }>(
  events: readonly E[],
  notes: readonly ExecutionNoted[],
): readonly (E | ExecutionNoted)[] {
  const all: (E | ExecutionNoted)[] = [...events];
  for (const note of notes) {
    const later = all.findIndex(({ at }) => at > note.at);
    all.splice(later === -1 ? all.length : later, 0, note);
  }
  return all;
}
