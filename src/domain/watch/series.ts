/** One minute of one metric: when the minute began (epoch ms), and its value in the metric's own unit. */
export interface Point {
  readonly at: number;
  readonly value: number;
}

/** From inclusive, to exclusive; epoch ms. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A value for each minute of a span, undefined where there is none: a missing value is never zero. */
export type Minutes = readonly (number | undefined)[];

export const MINUTE = 60_000;

export const minuteOf = (at: number): number => Math.floor(at / MINUTE) * MINUTE;

export const lengthOf = ({ from, to }: Span): number => Math.max(0, Math.round((to - from) / MINUTE));

/**
 * Points in any order as the minutes of a span. Of several points for one minute, the last one counts, because it
 * corrects the others. A point that is not finite, or lies outside the span, is ignored.
 */
export function minutesOf(points: readonly Point[], span: Span): Minutes {
  const values = new Array<number | undefined>(lengthOf(span)).fill(undefined);
  for (const { at, value } of points) {
    const index = (minuteOf(at) - span.from) / MINUTE;
    if (Number.isFinite(value) && Number.isInteger(index) && index >= 0 && index < values.length) values[index] = value;
  }
  return values;
}

export const present = (minutes: Minutes): readonly number[] => minutes.filter((value) => value !== undefined);

/** The newest known value. */
export const newest = (minutes: Minutes): number | undefined => present(minutes).at(-1);

/** Minute by minute, where both series have a value. */
export function combine(a: Minutes, b: Minutes, merge: (a: number, b: number) => number | undefined): Minutes {
  return a.map((value, index) => {
    const other = b[index];
    return value === undefined || other === undefined ? undefined : merge(value, other);
  });
}

/** Are two of any three consecutive known minutes true? An unknown minute is skipped; it does not count as fine. */
export function twoOfThree(minutes: readonly (boolean | undefined)[]): boolean {
  const known = minutes.filter((minute) => minute !== undefined);
  return known.some((_, index) => known.slice(index, index + 3).filter(Boolean).length >= 2);
}
