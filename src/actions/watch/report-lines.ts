import type { WatchReport } from "../../domain/watch/report.ts";

/** The state of a watch, a line for each metric: before, now, and the judgement. */
export function watchLines({ rows, text, notes, before }: WatchReport): string[] {
  const table = rows
    .filter(({ state }) => state !== "beside")
    .map(
      ({ title, before: was, now, text: state }) => `  ${title}: before ${figure(was)}, now ${figure(now)}, ${state}`,
    );
  const dropped = before.dropped.map(({ name, why }) => `not compared with ${name}: ${why}`);
  return [text, ...table, ...[...dropped, ...notes].map((note) => `  ${note}`)];
}

const figure = (value: number | undefined): string =>
  value === undefined ? "?" : Number.isInteger(value) ? String(value) : value.toFixed(1);
