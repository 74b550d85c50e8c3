import { isCommandLine } from "../../domain/command-line.ts";
import { type DisplayOptions, paint, type Tone, toAscii } from "./style.ts";
import { hang, pad, width, wrap } from "./wrap.ts";
import { wrapCommand } from "./wrap-command.ts";

/** One labelled statement on a screen. */
export interface Row {
  readonly label: string;
  readonly text: string;
  readonly tone?: Tone;
  /** Whether the tone colours the text too, not only the label. */
  readonly whole?: boolean;
  readonly kind?: "prose" | "command";
}

const LABEL_CELLS = 10;
const NARROW = 60;

export function isNarrow(display: DisplayOptions): boolean {
  return display.columns < NARROW;
}

/** A row's lines: label, and text wrapped beside it. On a narrow screen a command starts on its own line. */
export function rowLines(row: Row, display: DisplayOptions, indent: number): string[] {
  return row.kind === "command" ? commandLines(row, display, indent) : proseLines(row, display, indent);
}

function proseLines(row: Row, display: DisplayOptions, indent: number): string[] {
  const before = " ".repeat(indent);
  const label = toAscii(row.label, display);
  const room = display.columns - indent - Math.max(LABEL_CELLS, width(label) + 1);
  const lines = wrap(toAscii(row.text, display), room);
  const tone = row.tone ?? "plain";
  const painted = lines.map((line) => (row.whole === true ? paint(line, tone, display) : line));
  const head = paint(label, row.tone ?? "quiet", display);
  return hang(pad(before + head, indent + Math.max(LABEL_CELLS, width(label) + 1)), painted).map((line) =>
    line.trimEnd(),
  );
}

function commandLines(row: Row, display: DisplayOptions, indent: number): string[] {
  const before = " ".repeat(indent);
  const label = before + paint(row.label, "quiet", display);
  if (!isNarrow(display))
    return hang(pad(label, indent + LABEL_CELLS), wrapCommand(row.text, display.columns - indent - LABEL_CELLS));
  return [label.trimEnd(), ...wrapCommand(row.text, display.columns - indent).map((line) => before + line)];
}

/** Text from others. Each line begins with `| `, so that it cannot be mistaken for ours. */
export function foreignLines(text: string, display: DisplayOptions, indent: number): string[] {
  const before = `${" ".repeat(indent)}${paint("|", "quiet", display)} `;
  return wrap(toAscii(text, display), display.columns - indent - 2).map((line) => before + line);
}

/** What to do next, one below the other. A command is broken so that it stays one command; prose is wrapped. */
export function nextLines(items: readonly string[], display: DisplayOptions, indent: number, title = "Next"): string[] {
  const rows = items.map((text, index): Row => ({ label: index === 0 ? title : "", ...nextOf(text) }));
  if (!isNarrow(display) || items.length === 0) return rows.flatMap((row) => rowLines(row, display, indent));
  const lines = rows.flatMap((row) =>
    row.kind === "command" ? commandLines(row, display, indent).slice(1) : paragraph(row.text, display, indent),
  );
  return [" ".repeat(indent) + paint(title, "quiet", display), ...lines];
}

function nextOf(text: string): Pick<Row, "text" | "kind"> {
  return { text, kind: isCommandLine(text) ? "command" : "prose" };
}

/** Wrapped prose without a label. */
export function paragraph(text: string, display: DisplayOptions, indent: number, tone: Tone = "plain"): string[] {
  const before = " ".repeat(indent);
  return wrap(toAscii(text, display), display.columns - indent).map((line) => before + paint(line, tone, display));
}
