import { type Look, legible, paint, type Tone } from "./style.ts";
import { hang, pad, width, wrap } from "./wrap.ts";
import { shellWords, wrapCommand } from "./wrap-command.ts";

/** One labelled statement on a screen. */
export interface Row {
  readonly label: string;
  readonly text: string;
  readonly tone?: Tone;
  /** Whether the tone colours the label alone or the text with it. */
  readonly whole?: boolean;
  readonly kind?: "prose" | "command";
}

const LABEL_CELLS = 10;
const NARROW = 60;

export function isNarrow(look: Look): boolean {
  return look.columns < NARROW;
}

/** A row's lines: label, text wrapped under itself; a command on a narrow screen starts on its own line. */
export function rowLines(row: Row, look: Look, indent: number): string[] {
  return row.kind === "command" ? commandLines(row, look, indent) : proseLines(row, look, indent);
}

function proseLines(row: Row, look: Look, indent: number): string[] {
  const before = " ".repeat(indent);
  const label = legible(row.label, look);
  const room = look.columns - indent - Math.max(LABEL_CELLS, width(label) + 1);
  const lines = wrap(legible(row.text, look), room);
  const tone = row.tone ?? "plain";
  const painted = lines.map((line) => (row.whole === true ? paint(line, tone, look) : line));
  const head = paint(label, row.tone ?? "quiet", look);
  return hang(pad(before + head, indent + Math.max(LABEL_CELLS, width(label) + 1)), painted).map((line) =>
    line.trimEnd(),
  );
}

function commandLines(row: Row, look: Look, indent: number): string[] {
  const before = " ".repeat(indent);
  const label = before + paint(row.label, "quiet", look);
  if (!isNarrow(look))
    return hang(pad(label, indent + LABEL_CELLS), wrapCommand(row.text, look.columns - indent - LABEL_CELLS));
  return [label.trimEnd(), ...wrapCommand(row.text, look.columns - indent).map((line) => before + line)];
}

/** Text of others, each line behind `| `, so that it cannot be taken for ours. */
export function foreignLines(text: string, look: Look, indent: number): string[] {
  const before = `${" ".repeat(indent)}${paint("|", "quiet", look)} `;
  return wrap(legible(text, look), look.columns - indent - 2).map((line) => before + line);
}

/** What to type, one under another: a command is broken so that it stays one, prose as prose. */
export function nextLines(items: readonly string[], look: Look, indent: number, title = "Next"): string[] {
  const rows = items.map((text, index): Row => ({ label: index === 0 ? title : "", ...nextOf(text) }));
  if (!isNarrow(look) || items.length === 0) return rows.flatMap((row) => rowLines(row, look, indent));
  const lines = rows.flatMap((row) =>
    row.kind === "command" ? commandLines(row, look, indent).slice(1) : paragraph(row.text, look, indent),
  );
  return [" ".repeat(indent) + paint(title, "quiet", look), ...lines];
}

function nextOf(text: string): Pick<Row, "text" | "kind"> {
  return { text, kind: isCommand(text) ? "command" : "prose" };
}

/** Commands start with a program's name and do not end like a sentence. */
function isCommand(text: string): boolean {
  return /^[a-z./][\w./-]*$/.test(shellWords(text)[0] ?? "") && !text.endsWith(".");
}

/** Wrapped prose without a label. */
export function paragraph(text: string, look: Look, indent: number, tone: Tone = "plain"): string[] {
  const before = " ".repeat(indent);
  return wrap(legible(text, look), look.columns - indent).map((line) => before + paint(line, tone, look));
}
