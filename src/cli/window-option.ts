import { commandLine } from "../domain/command-line.ts";
import { OpsError, usageError } from "../domain/error.ts";
import { isLocalWindow, readWindow, type WindowTimes } from "../domain/local-window.ts";
import { roughDuration } from "../domain/rough-duration.ts";
import { momentText } from "../domain/zoned-time.ts";
import { displayOptions, type ProcessContext } from "./process-context.ts";

/** The clock and the zone that a window is read by. */
export interface WindowClock {
  /** Epoch ms of the target's clock. */
  readonly now: number;
  readonly zone?: string | undefined;
}

export const WINDOW_OPTIONS = {
  window: {
    type: "string",
    value: "START..END",
    describe: "2026-04-10T02:00:00Z..2026-04-10T04:00:00Z, or 2026-04-10T02:00..04:00 with a zone",
  },
  zone: { type: "string", value: "AREA/CITY", describe: "IANA time zone of a local window (default: the target's)" },
} as const;

/** Which command reads a window, and by which words: its errors and what they print are its own. */
export interface WindowWords {
  /** `maintenance announce` */
  readonly command: string;
  readonly option: "--window" | "--instead-of";
  /** `--window X `, where that stands before it. */
  readonly before?: string;
}

const LABELS: Readonly<Record<WindowWords["option"], string>> = {
  "--window": "Window",
  "--instead-of": "Instead of",
};

/** Local times are turned into UTC once, here; what they mean is said before anything is asked. */
export function windowFrom(
  text: string,
  { now, zone }: WindowClock,
  context: ProcessContext,
  words: WindowWords = { command: "maintenance", option: "--window" },
): WindowTimes {
  if (!isLocalWindow(text)) return readOwn(text, undefined, 0, words);
  const { opens, closes } = readOwn(text, zone, now, words);
  const shown = (instant: string) => momentText(Date.parse(instant), now, { ...displayOptions(context), zone });
  const seconds = (Date.parse(opens) - now) / 1000;
  const ahead = seconds > 0 ? `; it opens in ${roughDuration(seconds)}` : "";
  context.note(`${LABELS[words.option]}: ${shown(opens)} to ${shown(closes)}${ahead}.`);
  return { opens, closes };
}

/** A line that is printed for an announcement must not begin a maintenance. */
function readOwn(
  text: string,
  zone: string | undefined,
  now: number,
  { command, option, before = "" }: WindowWords,
): WindowTimes {
  try {
    return readWindow(text, zone, now);
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    const { message, next = [] } = error.detail;
    throw new OpsError({
      ...error.detail,
      message: message.replace(/^--window /, `${option} `),
      next: next.map((line) =>
        line.replace(/^vulcan-ops maintenance --window /, `vulcan-ops ${command} ${before}${option} `),
      ),
    });
  }
}

/** A window that is announced lies ahead. Exit 6 for any other one, and where none is given. */
export function windowAhead(
  text: string | undefined,
  verb: "announce" | "reschedule" | "cancel",
  clock: WindowClock,
  context: ProcessContext,
): WindowTimes {
  const command = `maintenance ${verb}`;
  const line = `vulcan-ops ${command} ${commandLine`--window ${tomorrow(clock.now)}`}`;
  if (text === undefined) throw usageError("window-missing", "which window? --window START..END is missing", [line]);
  const window = windowFrom(text, clock, context, { command, option: "--window" });
  const [from = 0, to = 0] = [window.opens, window.closes].map((time) => Date.parse(time));
  if (from >= to) throw usageError("window-backwards", `the window ends before it begins: ${text}`, [line]);
  if (from <= clock.now) throw usageError("window-over", `the window has begun or is over: ${text}`, [line]);
  return window;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** An example that is accepted when it is pasted. */
function tomorrow(now: number): string {
  const day = new Date(now + DAY_MS).toISOString().slice(0, 10);
  return `${day}T02:00:00Z..${day}T04:00:00Z`;
}
