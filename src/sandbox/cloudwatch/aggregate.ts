import { AwsError } from "../http/aws-error.ts";
import { merge, type Statistics } from "./store.ts";

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

/** One value of the statistics. Percentiles would need every measurement, and these are not kept. */
export function statisticOf(name: string, { sum, count, minimum, maximum }: Statistics): number {
  if (name === "Sum") return sum;
  if (name === "Average") return sum / count;
  if (name === "Minimum") return minimum;
  if (name === "Maximum") return maximum;
  if (name === "SampleCount") return count;
  throw new AwsError("NotImplemented", `The sandbox does not simulate the statistic ${name}.`, 501);
}
