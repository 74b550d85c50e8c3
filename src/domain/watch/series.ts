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

/** A value for each minute of a span, undefined where there is none: what is missing is never zero. */
export type Minutes = readonly (number | undefined)[];

export const MINUTE = 60_000;

export const minuteOf = (at: number): number => Math.floor(at / MINUTE) * MINUTE;

export const lengthOf = ({ from, to }: Span): number => Math.max(0, Math.round((to - from) / MINUTE));

/**
 * Points in any order as the minutes of a span. Of several for one minute the last given counts, for it corrects the
 * others; what is no finite number, or outside, is no point.
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

/** The newest value that there is. */
export const newest = (minutes: Minutes): number | undefined => present(minutes).at(-1);

/** Minute by minute, where both are there. */
export function combine(a: Minutes, b: Minutes, of: (a: number, b: number) => number | undefined): Minutes {
  return a.map((value, index) => {
    const other = b[index];
    return value === undefined || other === undefined ? undefined : of(value, other);
  });
}

/** Are two of any three minutes true that follow one another and tell? One that does not tell is passed over, not fine. */
export function twoOfThree(minutes: readonly (boolean | undefined)[]): boolean {
  const known = minutes.filter((minute) => minute !== undefined);
  return known.some((_, index) => known.slice(index, index + 3).filter(Boolean).length >= 2);
}
