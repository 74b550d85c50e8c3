import { invalid } from "./read-alarm.ts";

/** A time series: its values by instant, oldest first. */
export interface Line {
  readonly label: string;
  /** Seconds. */
  readonly period: number;
  readonly points: ReadonlyMap<number, number>;
}

export type Value = number | string | Line | readonly Line[];

/** The instants of the request's window at a period, for functions that fill gaps. */
export type Grid = (period: number) => readonly number[];

export const isLine = (value: Value): value is Line => typeof value === "object" && !Array.isArray(value);

export const linesOf = (value: Value): readonly Line[] => {
  if (isLine(value)) return [value];
  if (Array.isArray(value)) return value as readonly Line[];
  throw invalid("A time series is expected in the expression.");
};

export function scalarOf(value: Value | undefined): number {
  if (typeof value === "number") return value;
  throw invalid("A number is expected in the expression.");
}

/** A new line of the points that `change` keeps. */
export function mapLine(line: Line, change: (value: number, at: number) => number | undefined): Line {
  const points = new Map<number, number>();
  for (const [at, value] of line.points) {
    const changed = change(value, at);
    if (changed !== undefined && Number.isFinite(changed)) points.set(at, changed);
  }
  return { ...line, points };
}

/** Applies `combine` where both sides have a value; a number has it everywhere, a list is taken one by one. [D] */
export function combine(left: Value, right: Value, operate: (a: number, b: number) => number): Value {
  if (typeof left === "string" || typeof right === "string") throw invalid("Text cannot be calculated with.");
  if (typeof left === "number" && typeof right === "number") return operate(left, right);
  if (Array.isArray(left)) return (left as readonly Line[]).map((one) => combine(one, right, operate) as Line);
  if (Array.isArray(right)) return (right as readonly Line[]).map((one) => combine(left, one, operate) as Line);
  if (isLine(left) && isLine(right)) {
    const period = Math.max(left.period, right.period);
    return { ...mapLine(left, (value, at) => applied(right.points.get(at), (b) => operate(value, b))), period };
  }
  if (isLine(left)) return mapLine(left, (value) => operate(value, scalarOf(right)));
  return mapLine(right as Line, (value) => operate(scalarOf(left), value));
}

const applied = (value: number | undefined, operate: (value: number) => number): number | undefined =>
  value === undefined ? undefined : operate(value);

/** One line over several: `fold` of the values that there are at each instant. [D] */
export function across(lines: readonly Line[], fold: (values: readonly number[]) => number): Line {
  const instants = [...new Set(lines.flatMap(({ points }) => [...points.keys()]))].sort((a, b) => a - b);
  const values = (at: number): number[] => lines.flatMap(({ points }) => points.get(at) ?? []);
  const period = Math.max(60, ...lines.map((line) => line.period));
  return { label: "", period, points: new Map(instants.map((at) => [at, fold(values(at))])) };
}
