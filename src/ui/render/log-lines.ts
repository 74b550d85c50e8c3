import { counted } from "../../domain/finding.ts";
import type { StreamCount, TaskLine } from "../../domain/log-lines.ts";
import { clockTime } from "../../domain/time.ts";
import { type DisplayOptions, paint } from "../text/style.ts";

/** A task's id is long: its first digits tell the tasks of a service apart. */
const TASK_CELLS = 8;

/** One row a line: time, task and the text as it is. The terminal wraps it, so that it can be copied. */
export function renderLogLines(lines: readonly TaskLine[], display: DisplayOptions): string {
  return lines
    .map(({ at, task, text }) => `${paint(`${clockTime(at)} ${task.slice(0, TASK_CELLS)}`, "quiet", display)} ${text}`)
    .join("\n");
}

/** One row a stream: its task, how many lines, and from when to when. */
export function renderStreamCounts(streams: readonly StreamCount[], display: DisplayOptions): string {
  return streams
    .map(({ task, lines, first, last, stream }) => {
      const head = paint(`${clockTime(first)} to ${clockTime(last)} ${task.slice(0, TASK_CELLS)}`, "quiet", display);
      return `${head} ${counted(lines, "line")} in ${stream}`;
    })
    .join("\n");
}
