import { counted } from "../../domain/finding.ts";
import type { WatchReport } from "../../domain/watch/report.ts";
import { lengthOf } from "../../domain/watch/series.ts";

/** The state of a watch, a line for each metric: before, now, and the judgement. */
export function watchLines({ at, asked, rows, text, notes, observed, before }: WatchReport): string[] {
  const minute = Math.min(lengthOf(asked), Math.max(0, Math.floor((at - asked.from) / 60_000)));
  const head = `minute ${minute} of ${lengthOf(asked)}, ${counted(observed, "minute")} seen: ${text}`;
  const table = rows
    .filter(({ state }) => state !== "beside")
    .map(
      ({ title, before: was, now, text: state }) => `  ${title}: before ${figure(was)}, now ${figure(now)}, ${state}`,
    );
  const dropped = before.dropped.map(({ name, why }) => `not compared with ${name}: ${why}`);
  return [head, ...table, ...[...dropped, ...notes].map((note) => `  ${note}`)];
}

const figure = (value: number | undefined): string =>
  value === undefined ? "?" : Number.isInteger(value) ? String(value) : value.toFixed(1);
