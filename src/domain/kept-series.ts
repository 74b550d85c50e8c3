/** One metric by the minute, short enough for a journal. */
export interface Series {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** RFC 3339, UTC: the first minute. */
  readonly from: string;
  /** One for each minute from then on; null where there is none: a missing value is never zero. */
  readonly values: readonly (number | null)[];
}

export interface SeriesPoint {
  /** Epoch ms. */
  readonly at: number;
  readonly value: number;
}

const MINUTE = 60_000;

/** The minutes that have a value. */
export function pointsOf({ from, values }: Series): readonly SeriesPoint[] {
  const first = Date.parse(from);
  return values.flatMap((value, index) => (value === null ? [] : [{ at: first + index * MINUTE, value }]));
}
