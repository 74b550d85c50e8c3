/** Points of one metric, by the minute. */
export interface Series {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly points: readonly SeriesPoint[];
}

export interface SeriesPoint {
  readonly at: string;
  readonly value: number;
}
