import type { Fault } from "../http/fault.ts";
import type { Input } from "../http/input.ts";
import { flag, instant, number, record, records, required, text } from "../http/input.ts";
import type { World } from "../world.ts";
import { type Point, statisticOf, summarise } from "./aggregate.ts";
import { evaluate } from "./math.ts";
import type { Line, Value } from "./math-values.ts";
import { metricOf } from "./metric-name.ts";
import { unitOf } from "./metric-units.ts";
import { publishedUntil } from "./publication-delay.ts";
import { invalid } from "./read-alarm.ts";
import { type MetricName, MINUTE } from "./store.ts";

/** Default extra delay of minutes under a `late` fault (virtual ms). */
const DEFAULT_DELAY = 5 * MINUTE;

/** Under a `missing` fault, one in this many minutes is missing. */
const MISSING_EVERY = 3;

/** The published periods of a metric in a window, oldest first. */
export function pointsOf(
  world: World,
  metric: MetricName,
  input: Input,
  seconds: number,
  fault: Fault | undefined,
): Point[] {
  const { period, start, end: requestedEnd } = windowOf(world, input, seconds);
  const late = fault?.kind === "late" ? (fault.ms ?? DEFAULT_DELAY) : 0;
  const end = Math.min(Math.ceil(requestedEnd / MINUTE) * MINUTE, publishedUntil(world, metric, late));
  const minutes = world.metrics.minutes(metric, start, end);
  const kept = fault?.kind === "missing" ? minutes.filter(({ at }) => (at / MINUTE) % MISSING_EVERY !== 0) : minutes;
  return summarise(kept, period).filter(({ at }) => at < requestedEnd);
}

function windowOf(world: World, input: Input, seconds: number): { period: number; start: number; end: number } {
  const period = Math.max(60, seconds) * 1000;
  const start = Math.floor((instant(input, "StartTime") ?? 0) / period) * period;
  return { period, start, end: instant(input, "EndTime") ?? world.clock.now() };
}

/** One result of GetMetricData: a metric's, or one of an expression's. */
export interface Series {
  readonly id: string;
  readonly label: string;
  readonly points: readonly (readonly [at: number, value: number])[];
}

function metricLine(world: World, query: Input, stat: Input, input: Input, fault: Fault | undefined): Line {
  const metric = metricOf(record(stat, "Metric") ?? {});
  const period = number(stat, "Period") ?? 60;
  const read = pointsOf(world, metric, input, period, fault);
  // If the query names another unit than the metric's own, the metric has no data. [D]
  const unit = text(stat, "Unit");
  const points = unit === undefined || unit === unitOf(world, metric) ? read : [];
  const statistic = required(stat, "Stat");
  const values = points.flatMap(({ at, statistics }) => {
    const value = statisticOf(statistic, statistics);
    return value === undefined ? [] : [[at, value] as const];
  });
  return { label: text(query, "Label") ?? metric.name, period: Math.max(60, period), points: new Map(values) };
}

/** The series of every query that returns data, oldest points first. An expression may name any other query. [D] */
export function seriesOf(world: World, input: Input, fault: Fault | undefined): Series[] {
  const queries = new Map(records(input, "MetricDataQueries").map((query) => [required(query, "Id"), query]));
  const metrics = new Map<string, Line>();
  for (const [id, query] of queries) {
    const stat = record(query, "MetricStat");
    if (stat !== undefined) metrics.set(id, metricLine(world, query, stat, input, fault));
  }
  const grid = (seconds: number): number[] => instantsOf(world, input, seconds);
  const linesOf = (id: string, trail: readonly string[]): readonly Line[] => {
    const [own, query] = [metrics.get(id), queries.get(id)];
    if (own !== undefined) return [own];
    if (query === undefined) throw invalid(`The expression names the id ${id}, which the request does not have.`);
    if (trail.includes(id)) throw invalid(`The expression ${id} refers to itself.`);
    const lookUp = (name: string): Value => single(linesOf(name, [...trail, id]));
    return evaluate(required(query, "Expression"), { metrics, grid, lookUp });
  };
  return [...queries]
    .filter(([, query]) => flag(query, "ReturnData") !== false)
    .flatMap(([id, query]) => {
      const lines = linesOf(id, []);
      return lines.map((line) => ({ id, label: labelOf(id, query, line, lines.length), points: [...line.points] }));
    });
}

const single = (lines: readonly Line[]): Value => (lines.length === 1 && lines[0] !== undefined ? lines[0] : lines);

/** An expression without a label is called by its id; each of several lines by its own label as well. [O] */
function labelOf(id: string, query: Input, line: Line, count: number): string {
  if (record(query, "MetricStat") !== undefined) return line.label;
  const label = text(query, "Label") ?? id;
  return count === 1 ? label : `${label} ${line.label}`;
}

/** The beginnings of the window's periods, as far as they can hold data. */
function instantsOf(world: World, input: Input, seconds: number): number[] {
  const { period, start, end } = windowOf(world, input, seconds);
  const last = Math.min(end, world.clock.now());
  return Array.from({ length: Math.max(0, Math.ceil((last - start) / period)) }, (_, index) => start + index * period);
}
