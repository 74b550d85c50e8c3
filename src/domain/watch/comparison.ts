import { LEAST_POINTS } from "./baseline.ts";
import { type Minutes, present } from "./series.ts";
import { isAbove, median, quantile, shiftOf } from "./statistics.ts";

/** How a metric compares with what it was before. */
export interface Comparison {
  readonly kind: "like" | "watch" | "worse" | "uncompared";
  /** How far it lies above the baseline, in percent of the baseline's median. */
  readonly shift?: number;
  /** Why nothing was compared. */
  readonly why?: string;
}

/** A shift must be larger than this share of the baseline's median. */
export const LEAST_SHARE = 0.25;
/** With fewer minutes, nothing is compared. */
const LEAST_NOW = 5;
export const TOO_EARLY = "too early";

/**
 * The two tests together: Mann–Whitney shows that it is not chance, the shift that it matters. `floor` is the least
 * shift that matters, in the metric's unit (ux-reliability.md §4 d: 5 points of CPU and memory, 5 connections).
 */
export function compare(before: Minutes, now: Minutes, floor: number): Comparison {
  const [usual, seen] = [present(before), present(now)];
  if (usual.length < LEAST_POINTS) return { kind: "uncompared", why: "no baseline" };
  if (seen.length < LEAST_NOW) return { kind: "uncompared", why: TOO_EARLY };
  const middle = median(usual);
  if (isAbove(usual, seen)) {
    const shift = shiftOf(usual, seen);
    if (shift > Math.max(LEAST_SHARE * middle, floor)) return { kind: "worse", shift: percent(shift, middle) };
  }
  return isUnusual(usual, seen) ? { kind: "watch", shift: percent(shiftOf(usual, seen), middle) } : { kind: "like" };
}

/** At least three of the newest five minutes lie above the 95 % quantile of the baseline. */
function isUnusual(usual: readonly number[], seen: readonly number[]): boolean {
  const most = quantile(usual, 0.95);
  return seen.slice(-5).filter((value) => value > most).length >= 3;
}

const percent = (shift: number, middle: number): number => Math.round((100 * shift) / Math.max(middle, 1));
