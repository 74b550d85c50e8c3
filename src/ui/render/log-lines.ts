import type { TaskLine } from "../../domain/log-lines.ts";
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
