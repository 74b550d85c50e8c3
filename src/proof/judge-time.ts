import type { Prediction, TaskLimit } from "../domain/lint.ts";
import { roughDuration } from "../domain/rough-duration.ts";
import { found, type Judgement } from "./judgement.ts";

/** A task needs some of the time for itself: to start, to connect, to listen. */
const USABLE = 0.8;

/** Whether ECS may stop the task before the migration ends. `null`: nothing stops a task. */
export function judgeTime({ least, most, tables }: Prediction, limit: TaskLimit | null): readonly Judgement[] {
  if (limit === null || most <= limit.seconds * USABLE) return [];
  const rows = tables.map(({ table, rows: count }) => `${count.toLocaleString("en-US")} rows of ${table}`).join(", ");
  const text = `${rangeText(least, most)} on ${rows}; ${limit.text}`;
  return [found(least > limit.seconds ? "outlives-health-check" : "may-outlive-health-check", text)];
}

/** `3 min to 14 min` */
const rangeText = (least: number, most: number): string => `${spanText(least)} to ${spanText(most)}`;

const spanText = (seconds: number): string => (seconds < 1 ? "under 1 s" : roughDuration(Math.round(seconds)));
