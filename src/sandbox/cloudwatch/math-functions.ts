import { AwsError } from "../http/aws-error.ts";
import { across, type Grid, isLine, type Line, linesOf, mapLine, scalarOf, type Value } from "./math-values.ts";
import { invalid } from "./read-alarm.ts";

type Apply = (args: readonly Value[], grid: Grid) => Value;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const average = (values: readonly number[]): number => sum(values) / values.length;
const deviation = (values: readonly number[]): number =>
  Math.sqrt(average(values.map((value) => (value - average(values)) ** 2)));

const only = (args: readonly Value[]): Value => {
  const [first, ...more] = args;
  if (first === undefined || more.length > 0)
    throw invalid("A function of the expression has a wrong number of arguments.");
  return first;
};

/** Of one line a number, of a list one line. [D] */
const aggregate =
  (fold: (values: readonly number[]) => number): Apply =>
  (args) => {
    const value = only(args);
    if (isLine(value)) return fold([...value.points.values()]);
    return across(linesOf(value), fold);
  };

const each =
  (change: (value: number) => number): Apply =>
  (args) => {
    const value = only(args);
    if (typeof value === "number") return change(value);
    const changed = linesOf(value).map((line) => mapLine(line, change));
    return isLine(value) ? (changed[0] as Line) : changed;
  };

/** Between each value and the one before; the first has none. [D] */
const stepwise =
  (step: (value: number, before: number, seconds: number) => number): Apply =>
  (args) => {
    const stepped = (line: Line): Line => {
      let previous: readonly [at: number, value: number] | undefined;
      return mapLine(line, (value, at) => {
        const before = previous;
        previous = [at, value];
        return before === undefined ? undefined : step(value, before[1], (at - before[0]) / 1000);
      });
    };
    const value = only(args);
    const lines = linesOf(value).map(stepped);
    return isLine(value) ? (lines[0] as Line) : lines;
  };

const fill: Apply = ([value, filler], grid) => {
  if (value === undefined || filler === undefined) throw invalid("FILL has two arguments.");
  if (filler === "LINEAR") throw new AwsError("NotImplemented", "The sandbox does not simulate FILL(…, LINEAR).", 501);
  const filled = (line: Line): Line => {
    let last: number | undefined;
    const points = new Map<number, number>();
    for (const at of grid(line.period)) {
      const own = line.points.get(at) ?? (filler === "REPEAT" ? last : scalarOf(filler));
      if (own !== undefined) points.set(at, own);
      last = own;
    }
    return { ...line, points };
  };
  const lines = linesOf(value).map(filled);
  return isLine(value) ? (lines[0] as Line) : lines;
};

/** The value of either branch at an instant; without the second, nothing. [D] */
const choose: Apply = ([condition, whenTrue, whenFalse]) => {
  if (condition === undefined || whenTrue === undefined) throw invalid("IF has two or three arguments.");
  if (typeof condition === "number") {
    const chosen = condition === 0 ? whenFalse : whenTrue;
    if (chosen === undefined) throw invalid("IF has no value for a condition that is never true.");
    return chosen;
  }
  if (!isLine(condition)) throw invalid("The condition of IF is a number or one time series.");
  const at = (value: Value | undefined, instant: number): number | undefined =>
    value === undefined || typeof value === "number" ? value : isLine(value) ? value.points.get(instant) : undefined;
  return mapLine(condition, (value, instant) => at(value === 0 ? whenFalse : whenTrue, instant));
};

const constant: Apply = (args, grid) => {
  const value = scalarOf(only(args));
  return { label: "", period: 60, points: new Map(grid(60).map((at) => [at, value])) };
};

const runningSum: Apply = (args) => {
  let total = 0;
  return mapLine(linesOf(only(args))[0] as Line, (value) => {
    total += value;
    return total;
  });
};

const edge =
  (pick: (lines: readonly Line[]) => Line | undefined): Apply =>
  (args) => {
    const picked = pick(linesOf(only(args)));
    if (picked === undefined) throw invalid("There is no time series to pick from.");
    return picked;
  };

/** The functions of metric math that are simulated. */
export const FUNCTIONS: Readonly<Record<string, Apply>> = {
  ABS: each(Math.abs),
  AVG: aggregate(average),
  CEIL: each(Math.ceil),
  DIFF: stepwise((value, before) => value - before),
  FILL: fill,
  FIRST: edge((lines) => lines[0]),
  FLOOR: each(Math.floor),
  IF: choose,
  LAST: edge((lines) => lines.at(-1)),
  LOG: each(Math.log),
  LOG10: each(Math.log10),
  MAX: aggregate((values) => Math.max(...values)),
  METRIC_COUNT: (args) => linesOf(only(args)).length,
  MIN: aggregate((values) => Math.min(...values)),
  PERIOD: (args) => (linesOf(only(args))[0] as Line).period,
  RATE: stepwise((value, before, seconds) => (value - before) / seconds),
  RUNNING_SUM: runningSum,
  STDDEV: aggregate(deviation),
  SUM: aggregate(sum),
  TIME_SERIES: constant,
};
