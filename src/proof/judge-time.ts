import { type Prediction, rangeText, type TaskLimit } from "../domain/lint.ts";
import { found, type Judgement } from "./judgement.ts";

/** A task needs some of the time for itself: to start, to connect, to listen. */
const USABLE = 0.8;

/** Whether ECS may stop the task before the migration ends. `null`: nothing stops a task. */
export function judgeTime({ least, most, tables }: Prediction, limit: TaskLimit | null): readonly Judgement[] {
  if (limit === null || most <= limit.seconds * USABLE) return [];
  const rows = tables.map(({ table, rows: count }) => `${count.toLocaleString("en-US")} rows of ${table}`).join(", ");
  const text = `${rangeText({ least, most })} on ${rows}; ${limit.text}`;
  return [found(least > limit.seconds ? "outlives-health-check" : "may-outlive-health-check", text)];
}
