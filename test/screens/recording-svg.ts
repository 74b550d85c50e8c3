import { escaped } from "../../src/ui/render/report/escape.ts";

/** One picture of a recording: what stands on the glass, with its colours, and for how long (seconds). */
export interface Frame {
  readonly rows: readonly string[];
  readonly seconds: number;
}

interface Words {
  readonly title: string;
  /** What is seen, for who does not see it. */
  readonly description: string;
}

const CELL = 8.43;
const ROW = 19;
const MARGIN = 16;

/** By the code that turns it on, the class of a text. */
const CLASSES: Readonly<Record<string, string>> = { "1": "b", "2": "q", "31": "r", "32": "g", "33": "y", "36": "c" };

const STYLE = `svg{--paper:#fff;--ink:#1b1f24;--q:#57606a;--r:#a40e26;--g:#116329;--y:#7d4e00;--c:#0550ae}
@media(prefers-color-scheme:dark){svg{--paper:#0d1117;--ink:#e6edf3;--q:#9ba5b0;--r:#ff9492;--g:#7ee787;--y:#f2cc60;--c:#79c0ff}}
rect{fill:var(--paper);stroke:var(--q)}
text{fill:var(--ink);font:14px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}
.b{font-weight:700}.q{fill:var(--q)}.r{fill:var(--r)}.g{fill:var(--g)}.y{fill:var(--y)}.c{fill:var(--c)}
.f{visibility:hidden}.f.last{visibility:visible}`;

/**
 * Frames of a terminal as one SVG that plays by itself, in a light page and in a dark one, without a script. Where nothing
 * moves (print, reduced motion), the last frame is seen.
 */
export function recordingSvg(frames: readonly Frame[], columns: number, { title, description }: Words): string {
  const rows = Math.max(...frames.map((frame) => frame.rows.length));
  const [width, height] = [Math.ceil(columns * CELL + 2 * MARGIN), rows * ROW + 2 * MARGIN];
  const pictures = frames.map(({ rows }, index) => {
    const isLast = index === frames.length - 1;
    return `<g class="f f${index}${isLast ? " last" : ""}">${rows.map(rowOf).join("")}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title text">`,
    `<title id="title">${escaped(title)}</title><desc id="text">${escaped(description)}</desc>`,
    `<style>${STYLE}${motion(frames)}</style>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="6"/>`,
    ...pictures,
    "</svg>\n",
  ].join("\n");
}

/** Each frame is seen in its part of the whole, over and over. */
function motion(frames: readonly Frame[]): string {
  const whole = frames.reduce((sum, { seconds }) => sum + seconds, 0);
  let from = 0;
  const rules = frames.map(({ seconds }, index) => {
    const [begin, end] = [from, from + seconds].map((at) => `${Number(((at / whole) * 100).toFixed(2))}%`);
    from += seconds;
    const before = index === 0 ? "" : "0%{visibility:hidden}";
    const after = index === frames.length - 1 ? "" : `${end}{visibility:hidden}`;
    return `.f${index}{animation:k${index} ${whole}s step-end infinite}@keyframes k${index}{${before}${begin}{visibility:visible}${after}}`;
  });
  return `\n@media(prefers-reduced-motion:no-preference){${rules.join("\n")}}`;
}

function rowOf(row: string, index: number): string {
  const parts = partsOf(row);
  if (parts.every(({ text }) => text.trim() === "")) return "";
  const spans = parts.map(({ text, classes }) =>
    classes.length === 0 ? escaped(text) : `<tspan class="${classes.join(" ")}">${escaped(text)}</tspan>`,
  );
  return `<text x="${MARGIN}" y="${MARGIN + (index + 0.75) * ROW}">${spans.join("")}</text>`;
}

/** A row as texts with their classes. A colour that this does not know is an error: the picture would lack it. */
function partsOf(row: string): readonly { readonly text: string; readonly classes: readonly string[] }[] {
  let on: readonly string[] = [];
  return row.split(/\u001b\[([\d;]*)m/).flatMap((part, index) => {
    if (index % 2 === 0) return part === "" ? [] : [{ text: part, classes: [...new Set(on)] }];
    for (const code of part.split(";")) on = after(on, code);
    return [];
  });
}

function after(on: readonly string[], code: string): readonly string[] {
  const known = CLASSES[code];
  if (known !== undefined) return [...on, known];
  if (code === "0" || code === "") return [];
  if (code === "22") return on.filter((one) => one !== "b" && one !== "q");
  if (code === "39") return on.filter((one) => one === "b" || one === "q");
  throw new Error(`a colour of the terminal that the recording does not know: ${code}`);
}
