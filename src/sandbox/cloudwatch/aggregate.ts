import { AwsError } from "../http/aws-error.ts";
import { merge, type Sample, type Statistics } from "./store.ts";

export interface Point {
  readonly at: number;
  readonly statistics: Statistics;
}

/** Merges minutes into periods (ms). A period without data is missing, not zero. [D] */
export function summarise(minutes: readonly Point[], period: number): Point[] {
  const periods = new Map<number, Statistics>();
  for (const { at, statistics } of minutes) {
    const start = Math.floor(at / period) * period;
    periods.set(start, merge(periods.get(start), statistics));
  }
  return [...periods].map(([at, statistics]) => ({ at, statistics }));
}

const PERCENTILE = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/;

/** Whether a name is a percentile such as `p99` or `p99.9`. [D] */
export const isPercentile = (name: string): boolean => PERCENTILE.test(name);

/** One value of the statistics. A percentile of which not every measurement is known is undefined. [D] */
export function statisticOf(name: string, statistics: Statistics): number | undefined {
  const { sum, count, minimum, maximum, samples } = statistics;
  if (name === "Sum") return sum;
  if (name === "Average") return sum / count;
  if (name === "Minimum") return minimum;
  if (name === "Maximum") return maximum;
  if (name === "SampleCount") return count;
  const percent = PERCENTILE.exec(name)?.[1];
  if (percent !== undefined) return percentile(Number(percent), count, samples);
  throw new AwsError("NotImplemented", `The sandbox does not simulate the statistic ${name}.`, 501);
}

/** The smallest measurement that this share of all does not exceed. [I: AWS's way between two of them] */
function percentile(percent: number, count: number, samples: readonly Sample[] | undefined): number | undefined {
  if (samples === undefined) return undefined;
  const rank = Math.max(1, Math.ceil((percent / 100) * count));
  let seen = 0;
  for (const [value, times] of samples.toSorted(([a], [b]) => a - b)) {
    seen += times;
    if (seen >= rank) return value;
  }
  return undefined;
}
