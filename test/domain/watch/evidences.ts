import type { Evidence } from "../../../src/domain/watch/evidence.ts";
import type { Measured, MetricId } from "../../../src/domain/watch/metric.ts";
import { MINUTE, type Point, type Span } from "../../../src/domain/watch/series.ts";

/** A healthy half hour with an hour before it, and what a test changes about it. */

export const START = Date.UTC(2026, 3, 10, 4);
const HOUR_BEFORE: Span = { from: START - 60 * MINUTE, to: START };

/** Points of a span, from the value of each minute; undefined leaves the minute out. */
export function points({ from, to }: Span, value: (minute: number) => number | undefined): Point[] {
  return Array.from({ length: (to - from) / MINUTE }, (_, minute) => ({ at: from + minute * MINUTE, minute })).flatMap(
    ({ at, minute }) => {
      const found = value(minute);
      return found === undefined ? [] : [{ at, value: found }];
    },
  );
}

type Values = Partial<Record<MetricId, (minute: number) => number | undefined>>;

/** Values that move a little, the same at every run. */
const wobble = (middle: number, by: number) => (minute: number) => middle + by * Math.sin(minute * 2.4);

const USUAL: Values = {
  cpu: wobble(31, 2),
  memory: wobble(52, 1),
  healthy: () => 3,
  unhealthy: () => 0,
  connections: wobble(60, 3),
  requests: wobble(900, 30),
};

export function measured(span: Span, values: Values = {}): Measured {
  const entries = Object.entries({ ...USUAL, ...values }).map(([id, value]) => [id, points(span, value)]);
  return Object.fromEntries(entries);
}

export function evidence(values: Values = {}, change: Partial<Evidence> = {}): Evidence {
  return {
    asked: { from: START, to: START + 30 * MINUTE },
    now: START + 30 * MINUTE,
    measured: measured({ from: START, to: START + 40 * MINUTE }, values),
    before: {
      baseline: { name: "the hour before", span: HOUR_BEFORE, measured: measured(HOUR_BEFORE) },
      dropped: [],
    },
    desired: [{ at: START, value: 3 }],
    warmUntil: START,
    maxConnections: 200,
    ...change,
  };
}

export const minute = (minutes: number): number => START + minutes * MINUTE;
