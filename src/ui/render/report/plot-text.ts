import { pointsOf, type Series, type SeriesPoint } from "../../../domain/kept-series.ts";
import { clockTime } from "../../../domain/time.ts";

/** What a plot shows, in words: `3 to 3 targets, last 3; 00:00:00Z to 00:30:00Z, 30 points`. */
export function plotText(series: Series): string {
  const { title, unit } = series;
  const points = pointsOf(series);
  const values = points.map(({ value }) => value);
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return `${title}: no points`;
  const [least, most] = [numberText(Math.min(...values)), numberText(Math.max(...values))];
  const range = least === most ? `${most} ${unit}` : `${least} to ${most} ${unit}`;
  const span = `${timeOf(first)} to ${timeOf(last)}`;
  return `${title}: ${range}, last ${numberText(last.value)}; ${span}, ${points.length} points`;
}

const timeOf = ({ at }: SeriesPoint): string => clockTime(new Date(at).toISOString());

export const numberText = (value: number): string => String(Number(value.toPrecision(3)));
