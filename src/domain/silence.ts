/**
 * What a step's question is about. `go` changes something; `back` puts something back or makes it safer; `look` only
 * reads.
 */
export type StepClass = "go" | "back" | "look";
export const STEP_CLASSES: readonly StepClass[] = ["go", "back", "look"];

/** What happens to a question without an answer. Seconds are the operator's own, not those of a rehearsal's clock. */
export interface Silence {
  /** Counts down so long to a yes, on the screen; a key holds it, and the question stays open. */
  readonly countdown?: number;
  /** The question stays open so long at most. */
  readonly within: number;
  /** The answer after that. */
  readonly answer: "yes" | "no";
  /** Users are served by fewer tasks than usual: people are called at once and each minute. */
  readonly isUrgent: boolean;
}

const COUNTDOWN: Readonly<Record<"back" | "look", number>> = { back: 30, look: 10 };

/** The longest that an open question may cost users. */
export const MOST_SILENCE = 300;

/** Time to read the question, however late in the window it is asked. */
const LEAST_SILENCE = 10;

interface Asked {
  readonly class: StepClass;
  /** The answer is a text that names the consequence: no silence says it. */
  readonly isTyped: boolean;
  /** Nothing speaks against the step: every finding is OK, and the plan is not stale. */
  readonly isClear: boolean;
  readonly isBelowSize: boolean;
  /** Seconds until what puts things back would no longer fit into the maintenance window. */
  readonly windowLeft?: number | undefined;
}

/** Undefined: the question waits for an answer. */
export function silenceOf(asked: Asked): Silence | undefined {
  const { isBelowSize: isUrgent, isTyped, isClear } = asked;
  const within = MOST_SILENCE;
  if (!isTyped && asked.class !== "go" && isClear)
    return { countdown: COUNTDOWN[asked.class], within, answer: "yes", isUrgent };
  // To put things back is the safe side, whatever else was found.
  if (!isTyped && asked.class === "back") return { within, answer: "yes", isUrgent };
  if (!isUrgent) return undefined;
  const left = Math.min(within, asked.windowLeft ?? within);
  return { within: Math.max(LEAST_SILENCE, Math.floor(left)), answer: "no", isUrgent };
}
