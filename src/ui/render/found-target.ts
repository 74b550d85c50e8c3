import type { FoundTarget } from "../../domain/found-target.ts";
import { nextLines, rowLines } from "../text/layout.ts";
import { type DisplayOptions, mark, paint } from "../text/style.ts";

/** What became of the file. */
export interface WrittenFile {
  readonly path: string;
  readonly effect: "new" | "added" | "replaced" | "same";
}

const EFFECTS: Readonly<Record<WrittenFile["effect"], string>> = {
  new: "Written",
  added: "Target added",
  replaced: "Target updated",
  same: "Already so",
};

/** What was found and how, what was not, the file, and what to type next. */
export function renderFoundTarget(
  { name, values, production }: FoundTarget,
  file: WrittenFile,
  notes: readonly string[],
  next: readonly string[],
  display: DisplayOptions,
): string {
  const found = values.flatMap(({ name: label, value, why }) =>
    value === undefined ? [] : [{ label, text: `${value}  (${why})` }],
  );
  const absent = values.flatMap(({ name: label, value, why }) => (value === undefined ? [{ label, text: why }] : []));
  const cells = Math.max(...values.map(({ name: label }) => label.length));
  const rows = (all: readonly { label: string; text: string }[]) =>
    all.flatMap(({ label, text }) => rowLines({ label: label.padEnd(cells), text }, display, 2));
  const kind = production ? "production" : "not production: requests go elsewhere than AWS";
  const lines = [
    paint(`Found for target ${name} (${kind})`, "strong", display),
    ...rows(found),
    ...(absent.length === 0 ? [] : [paint("Not found", "warn", display), ...rows(absent)]),
    "",
    ...rowLines({ label: mark("✓", EFFECTS[file.effect], display), text: file.path, tone: "good" }, display, 0),
    ...notes.flatMap((text) => rowLines({ label: mark("!", "NOTE", display), text, tone: "warn" }, display, 0)),
    ...nextLines(next, display, 0),
  ];
  return lines.map((line) => `${line}\n`).join("");
}
