import { block, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import { formatDuration, utcTime } from "../../domain/time.ts";
import { MINUTE } from "../../domain/watch/series.ts";

/** From when to when; RFC 3339, whole minutes. */
export interface Window {
  readonly opens: string;
  readonly closes: string;
}

/** If no end is given: time for a migration of an hour and a watch of half an hour, with some to spare. */
const USUAL_MS = 120 * MINUTE;
/** A step waits for a day at most. */
const FURTHEST_MS = 24 * 60 * MINUTE;
/** Time for scaling down and up, a rollout and the drain. */
const AROUND_MS = 25 * MINUTE;

/** The window as given. By default it begins now, and lasts two hours. */
export function windowOf(given: { readonly opens?: string; readonly closes?: string }, now: number): Window {
  const opens = wholeMinute(given.opens === undefined ? now : Date.parse(given.opens));
  const closes = given.closes === undefined ? Date.parse(opens) + USUAL_MS : Date.parse(given.closes);
  return { opens, closes: wholeMinute(closes) };
}

const wholeMinute = (at: number): string => new Date(Math.floor(at / MINUTE) * MINUTE).toISOString();

/** Fresh tasks are compared with nothing for five minutes, and fewer than ten more minutes prove too little. */
const FEWEST_SECONDS = 15 * 60;

export function watchFindings(watchSeconds: number): readonly Finding[] {
  if (watchSeconds >= FEWEST_SECONDS) return [];
  return [block("watch-short", "a watch of new tasks takes 15 min or more", ["the same command with --watch 15m"])];
}

/** Is it time, and is there enough of it? */
export function windowFindings({ opens, closes }: Window, watchSeconds: number, now: number): readonly Finding[] {
  const [from, to] = [Date.parse(opens), Date.parse(closes)];
  const span = `${utcTime(opens)} to ${utcTime(closes)}`;
  if (to <= from) return [block("window-backwards", `the window ends before it begins: ${span}`, AGAIN)];
  if (to - from > FURTHEST_MS) return [block("window-long", `a window lasts a day at most: ${span}`, AGAIN)];
  if (now >= to) return [block("window-over", `the window is over: ${span}`, AGAIN)];
  if (from - now > FURTHEST_MS) {
    const ahead = formatDuration((from - now) / 1000);
    return [block("window-far", `the window begins in ${ahead}: start this at most a day before`, AGAIN)];
  }
  const left = to - Math.max(from, now);
  const needed = AROUND_MS + watchSeconds * 1000;
  const room = `${formatDuration(left / 1000)} left, ${formatDuration(needed / 1000)} needed without the migration`;
  if (left < needed) return [warn("window-short", `window ${span}: ${room}`)];
  return [ok("window", `window ${span}: ${room}`)];
}

const AGAIN = ["vulcan-ops maintenance --window START..END"];
