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
}

interface Series {
  readonly metric: MetricName;
  /** Sums by minute since the epoch; a minute in which nothing was measured is missing. */
  readonly minutes: Map<number, Statistics>;
  /** Values that hold until the next one, for metrics that always have a value. */
  readonly levels: { readonly at: Instant; readonly value: number }[];
}

export const MINUTE = 60_000;

/** One-minute metrics of the world: measurements that are counted, and levels that hold until they change. */
export class MetricStore {
  readonly #series = new Map<string, Series>();

  /** Counts one measurement into its minute. */
  add(metric: MetricName, at: Instant, value: number): void {
    this.put(metric, at, { sum: value, count: 1, minimum: value, maximum: value });
  }

  put(metric: MetricName, at: Instant, statistics: Statistics): void {
    const { minutes } = this.#open(metric);
    const minute = Math.floor(at / MINUTE);
    minutes.set(minute, merge(minutes.get(minute), statistics));
  }

  /** From `at` on, the metric has this value, measured once a minute. */
  level(metric: MetricName, at: Instant, value: number): void {
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

export function merge(a: Statistics | undefined, b: Statistics): Statistics {
  if (a === undefined) return b;
  return {
    sum: a.sum + b.sum,
    count: a.count + b.count,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
  };
}

/** The lowest and highest value of a level during a minute. Its last value is the one measurement. */
function levelIn({ levels }: Series, minute: number): Statistics | undefined {
  const start = minute * MINUTE;
  const before = levels.filter(({ at }) => at <= start).at(-1);
  const during = levels.filter(({ at }) => at > start && at < start + MINUTE);
  const values = [...(before === undefined ? [] : [before]), ...during].map(({ value }) => value);
  const last = values.at(-1);
  if (last === undefined) return undefined;
  return { sum: last, count: 1, minimum: Math.min(...values), maximum: Math.max(...values) };
}
