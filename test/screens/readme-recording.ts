import { stripVTControlCharacters } from "node:util";
import { type Frame, recordingSvg } from "./recording-svg.ts";
import type { Screens, Shot, Size } from "./replay.ts";

/** What is seen, in words. The README's picture has the same. */
export const DESCRIPTION =
  "vulcan-ops rollback: the plan of one change with its warnings and its undo, the question that wants 42 typed, the wait for the rollout and for the old tasks, and the outcome: rolled back to 1.42.0, 3/3 healthy.";

/** The rollback of a rehearsal as the README shows it: its question, its waits and its end, as the program draws them. */
export function readmeRecording({ questions, waits, end }: Screens, size: Size): string {
  const [question] = questions;
  if (question === undefined || waits.length === 0) throw new Error("the recording has no question, or no wait");
  const asked = question.raw.split("\n");
  const typed = [...asked.slice(0, -1), `${asked.at(-1)}42`];
  const frames: readonly Frame[] = [
    { rows: ["$ vulcan-ops rollback"], seconds: 2 },
    { rows: asked, seconds: 7 },
    { rows: typed, seconds: 1 },
    ...waits.map((wait): Frame => ({ rows: glass(wait, end, size), seconds: 2 })),
    { rows: end.raw.split("\n"), seconds: 7 },
  ];
  return recordingSvg(frames, size.columns, { title: "A rollback, rehearsed", description: DESCRIPTION });
}

/** The view of a wait is below what was printed before it: all to the plan of its step. */
function glass(wait: Shot, end: Shot, { rows: most }: Size): readonly string[] {
  const step = wait.name.split(" ")[0] ?? "";
  const printed = end.raw.split("\n");
  const plain = printed.map(stripVTControlCharacters);
  const at = plain.findIndex((row) => new RegExp(`PLAN +\\d+/\\d+ ${step}\\b`).test(row));
  if (at === -1) throw new Error(`the end does not show the plan of ${step}`);
  const continued = plain.slice(at + 1).findIndex((row) => !row.startsWith(" "));
  const before = printed.slice(0, at + 1 + Math.max(continued, 0));
  return [...before, ...wait.raw.split("\n")].slice(-most);
}
