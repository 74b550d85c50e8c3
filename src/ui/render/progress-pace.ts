import type { ProgressEvent } from "../../domain/execution-event.ts";

/** What was printed within this time is no news when it comes again, e.g. in turn with something else. */
const REMEMBERED_MS = 300_000;
/** While nothing changes, a log gets a line so often at most; more seldom in a wait of hours. */
const TELL_EVERY_MS = 60_000;
const LONG_WAIT_MS = 600_000;
const TELL_LONG_WAIT_EVERY_MS = 300_000;

/** Time goes by in a text without anything that happens: `for 5 min 3 s`, `03:41:07Z`. */
const TIME_IN_IT = /\b\d+ (d|h|min|s)\b|\b\d\d:\d\d:\d\dZ/g;

interface LastLines {
  last: string;
  at: number;
  newsAt: number;
  readonly heard: Map<string, number>;
}

/** Whether a log should have this progress of a wait: news at once, the rest once a minute, after ten minutes each five, and nothing twice in a row. */
export function createProgressPace(): (event: ProgressEvent) => boolean {
  const steps = new Map<string, LastLines>();
  return ({ step, at, text }) => {
    const now = Date.parse(at);
    const lines = steps.get(step) ?? { last: "", at: Number.NEGATIVE_INFINITY, newsAt: now, heard: new Map() };
    steps.set(step, lines);
    const key = text.replace(TIME_IN_IT, "");
    const isNews = now - (lines.heard.get(key) ?? Number.NEGATIVE_INFINITY) > REMEMBERED_MS;
    lines.heard.set(key, now);
    const every = now - lines.newsAt < LONG_WAIT_MS ? TELL_EVERY_MS : TELL_LONG_WAIT_EVERY_MS;
    if (isNews) lines.newsAt = now;
    if (text === lines.last || (!isNews && now - lines.at < every)) return false;
    lines.last = text;
    lines.at = now;
    return true;
  };
}
