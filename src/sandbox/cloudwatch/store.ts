import type { Instant } from "../ecs/model.ts";

export interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
}

/** The statistics of one metric in one minute. */
export interface Statistics {
  readonly sum: number;
  readonly count: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Each measurement and how often it was made, for percentiles; undefined where only the other four are known. */
  readonly samples?: readonly Sample[] | undefined;
}

export type Sample = readonly [value: number, count: number];

interface Series {
  readonly metric: MetricName;
  /** Sums by minute since the epoch; a minute in which nothing was measured is missing. */
  readonly minutes: Map<number, Statistics & { readonly samples?: Sample[] | undefined }>;
  /** Values that hold until the next one, for metrics that always have a value. */
  readonly levels: { readonly at: Instant; readonly value: number | undefined }[];
}

export const MINUTE = 60_000;

/** One-minute metrics of the world: measurements that are counted, and levels that hold until they change. */
export class MetricStore {
  readonly #series = new Map<string, Series>();

  /** Counts one measurement into its minute. */
  add(metric: MetricName, at: Instant, value: number): void {
    this.put(metric, at, { sum: value, count: 1, minimum: value, maximum: value, samples: [[value, 1]] });
  }

  put(metric: MetricName, at: Instant, statistics: Statistics): void {
    const { minutes } = this.#open(metric);
    const minute = Math.floor(at / MINUTE);
    const before = minutes.get(minute);
    // Measurements are many: they are appended, not copied.
    const samples = before === undefined ? [] : before.samples;
    if (statistics.samples !== undefined) samples?.push(...statistics.samples);
    const known = statistics.samples === undefined ? undefined : samples;
    minutes.set(minute, { ...totals(before, statistics), samples: known });
  }

  /** From `at` on, the metric has this value, measured once a minute; undefined: it is not measured. */
  level(metric: MetricName, at: Instant, value: number | undefined): void {
    const { levels } = this.#open(metric);
    if (levels.at(-1)?.value !== value) levels.push({ at, value });
  }

  names(): MetricName[] {
    return [...this.#series.values()].map((series) => series.metric);
  }

  /** The whole minutes in [from, to) that hold data, oldest first. */
  minutes(metric: MetricName, from: Instant, to: Instant): { readonly at: Instant; readonly statistics: Statistics }[] {
    const series = this.#series.get(keyOf(metric));
    if (series === undefined) return [];
    const found = [];
    for (let minute = Math.floor(from / MINUTE); (minute + 1) * MINUTE <= to; minute++) {
      const statistics = series.minutes.get(minute) ?? levelIn(series, minute);
      if (statistics !== undefined) found.push({ at: minute * MINUTE, statistics });
    }
    return found;
  }

  #open(metric: MetricName): Series {
    const key = keyOf(metric);
    const open = this.#series.get(key) ?? { metric, minutes: new Map(), levels: [] };
    this.#series.set(key, open);
    return open;
  }
}

export const keyOf = ({ namespace, name, dimensions }: MetricName): string =>
  JSON.stringify([namespace, name, ...dimensions.map(({ Name, Value }) => [Name, Value]).sort()]);

/** Percentiles of both need the measurements of both. */
export function merge(a: Statistics | undefined, b: Statistics): Statistics {
  if (a === undefined) return b;
  const samples = a.samples && b.samples && [...a.samples, ...b.samples];
  return { ...totals(a, b), samples };
}

function totals(a: Statistics | undefined, { sum, count, minimum, maximum }: Statistics): Statistics {
  if (a === undefined) return { sum, count, minimum, maximum };
  const b = { sum, count, minimum, maximum };
  return {
    sum: a.sum + b.sum,
    count: a.count + b.count,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
  };
}

/** The lowest and highest value of a level during a minute. Its last value is the one measurement. */
function levelIn({ levels: known }: Series, minute: number): Statistics | undefined {
  const start = minute * MINUTE;
  const before = known.filter(({ at }) => at <= start).at(-1);
  const during = known.filter(({ at }) => at > start && at < start + MINUTE);
  const levels = [...(before === undefined ? [] : [before]), ...during].map(({ value }) => value);
  const last = levels.at(-1);
  if (last === undefined) return undefined;
  const values = levels.filter((value) => value !== undefined);
  return { sum: last, count: 1, minimum: Math.min(...values), maximum: Math.max(...values), samples: [[last, 1]] };
}
