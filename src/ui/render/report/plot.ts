import { scaleLinear, scaleUtc } from "d3-scale";
import { line } from "d3-shape";
import { pointsOf, type Series, type SeriesPoint } from "../../../domain/kept-series.ts";
import { escaped } from "./escape.ts";
import { numberText } from "./plot-text.ts";

/** What an execution did, as lines across the plot: epoch ms and a word. */
export interface Mark {
  readonly at: number;
  readonly word: string;
}

const WIDTH = 640;
const HEIGHT = 180;
const EDGE = { top: 24, right: 12, bottom: 24, left: 44 };
/** A longer time without a point is a gap, not a line. */
const GAP_MS = 3 * 60_000;

/** One series as SVG without style attributes; `text` says the same in words. */
export function plotSvg(series: Series, text: string, marks: readonly Mark[]): string {
  const { id, title, unit } = series;
  const points = pointsOf(series);
  const times = points.map(({ at }) => at);
  const values = points.map(({ value }) => value);
  const most = Math.max(1, ...values);
  const x = scaleUtc([Math.min(...times), Math.max(...times)], [EDGE.left, WIDTH - EDGE.right]);
  const y = scaleLinear([0, most], [HEIGHT - EDGE.bottom, EDGE.top]).nice(4);
  const path = line<SeriesPoint | undefined>()
    .defined((point) => point !== undefined)
    .x((point) => x(point?.at ?? 0))
    .y((point) => y(point?.value ?? 0))
    .digits(1);
  const shown = marks.filter(({ at }) => at >= Math.min(...times) && at <= Math.max(...times));
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="plot-${escaped(id)}">`,
    `<title id="plot-${escaped(id)}">${escaped(text)}</title>`,
    `<text class="name" x="0" y="14">${escaped(`${title}, ${unit}`)}</text>`,
    ...y.ticks(4).map((tick) => gridLine(tick, y(tick))),
    ...x.ticks(6).map((tick) => timeLabel(tick, x(tick))),
    ...shown.map(({ at, word }) => markLine(word, x(at))),
    `<path class="line" fill="none" d="${path(withGaps(points)) ?? ""}"/>`,
    "</svg>",
  ].join("\n");
}

const fixed = (value: number): string => String(Math.round(value * 10) / 10);

const gridLine = (tick: number, y: number): string =>
  `<line class="grid" x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${fixed(y)}" y2="${fixed(y)}"/>` +
  `<text class="tick" x="${EDGE.left - 6}" y="${fixed(y + 4)}" text-anchor="end">${numberText(tick)}</text>`;

const timeLabel = (tick: Date, x: number): string =>
  `<text class="tick" x="${fixed(x)}" y="${HEIGHT - 6}" text-anchor="middle">${tick.toISOString().slice(11, 16)}Z</text>`;

const markLine = (word: string, x: number): string =>
  `<line class="mark" x1="${fixed(x)}" x2="${fixed(x)}" y1="${EDGE.top}" y2="${HEIGHT - EDGE.bottom}"/>` +
  `<text class="tick" x="${fixed(x + 3)}" y="${EDGE.top - 4}">${escaped(word)}</text>`;

function withGaps(points: readonly SeriesPoint[]): (SeriesPoint | undefined)[] {
  return points.flatMap((point, index) => {
    const before = points[index - 1];
    const isAfterGap = before !== undefined && point.at - before.at > GAP_MS;
    return isAfterGap ? [undefined, point] : [point];
  });
}
