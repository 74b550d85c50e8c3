import { commandLine } from "../domain/command-line.ts";
import { usageError } from "../domain/error.ts";
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

/** Local times are turned into UTC once, here; what they mean is said before anything is asked. */
export function windowFrom(text: string, { now, zone }: WindowClock, context: ProcessContext): WindowTimes {
  if (!isLocalWindow(text)) return readWindow(text, undefined, 0);
  const { opens, closes } = readWindow(text, zone, now);
  const shown = (instant: string) => momentText(Date.parse(instant), now, { ...displayOptions(context), zone });
  const ahead = roughDuration((Date.parse(opens) - now) / 1000);
  context.note(`Window: ${shown(opens)} to ${shown(closes)}; it opens in ${ahead}.`);
  return { opens, closes };
}

/** A window that is announced lies ahead. Exit 6 for any other one, and where none is given. */
export function windowAhead(
  text: string | undefined,
  command: string,
  clock: WindowClock,
  context: ProcessContext,
): WindowTimes {
  const line = commandLine`vulcan-ops maintenance ${command} --window 2026-04-10T02:00:00Z..2026-04-10T04:00:00Z`;
  if (text === undefined) throw usageError("window-missing", "which window? --window START..END is missing", [line]);
  const window = windowFrom(text, clock, context);
  const [from, to] = [window.opens, window.closes].map((time) => Date.parse(time));
  if ((from ?? 0) >= (to ?? 0))
    throw usageError("window-backwards", `the window ends before it begins: ${text}`, [line]);
  if ((from ?? 0) <= clock.now) throw usageError("window-over", `the window has begun or is over: ${text}`, [line]);
  return window;
}
