import { formatDuration } from "../time.ts";

/** A wait that begins later than this after its request has missed something: a resume measures no duration. */
const LATE_MS = 15_000;

/** A wait: when its request was confirmed, when it was first looked at, and when it ended, in epoch ms. */
interface WaitTimes {
  readonly confirmed: number;
  readonly begun: number;
  readonly ended: number;
  /** Seconds, as measured on this target before, else as documented. */
  readonly expected?: number | undefined;
}

/** `after 2 min 19 s (expected 2 min)`: what the plan said, beside what it was. Empty where it was not seen as a whole. */
export function tookText(what: string, { confirmed, begun, ended, expected }: WaitTimes): readonly string[] {
  if (Number.isNaN(confirmed) || begun - confirmed > LATE_MS) return [];
  const took = formatDuration(Math.round((ended - confirmed) / 1000));
  return [`${what} ${took}${expected === undefined ? "" : ` (expected ${formatDuration(Math.round(expected))})`}`];
}
