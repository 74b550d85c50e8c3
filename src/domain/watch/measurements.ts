import type { Measured, MetricId } from "./metric.ts";
import { MINUTE, minuteOf, type Point } from "./series.ts";

interface Entry {
  readonly value: number;
  /** First read long after its minute: this machine slept, or CloudWatch was late. */
  readonly isLate: boolean;
}

/** A minute can be corrected for this long after its end. Then it is final. */
const FREEZE = 5 * MINUTE;

/** What has been read so far. Every answer covers the whole window, so a gap fills as soon as its data appears. */
export class Ledger {
  readonly #series = new Map<MetricId, Map<number, Entry>>();

  learn(measured: Measured, now: number): void {
    for (const [id, points] of Object.entries(measured) as [MetricId, readonly Point[]][]) {
      const known = this.#series.get(id) ?? new Map<number, Entry>();
      this.#series.set(id, known);
      for (const { at, value } of points) if (Number.isFinite(value)) note(known, minuteOf(at), value, now);
    }
  }

  get measured(): Measured {
    const series = [...this.#series].map(([id, known]) => {
      return [id, [...known].map(([at, { value }]) => ({ at, value })).sort((a, b) => a.at - b.at)] as const;
    });
    return Object.fromEntries(series);
  }

  /** The number of minutes that were read late, in any metric. */
  get lateMinutes(): number {
    const late = [...this.#series.values()].flatMap((known) => [...known].filter(([, entry]) => entry.isLate));
    return new Set(late.map(([at]) => at)).size;
  }
}

function note(known: Map<number, Entry>, at: number, value: number, now: number): void {
  const isOld = now - (at + MINUTE) > FREEZE;
  const before = known.get(at);
  if (before === undefined) known.set(at, { value, isLate: isOld });
  else if (!isOld) known.set(at, { ...before, value });
}
