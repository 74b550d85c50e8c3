import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { planText } from "../../src/cli/plan-text.ts";
import type { ExpectedWait, Question } from "../../src/domain/ports.ts";
import { createTerminalIo } from "../../src/ui/io/terminal-io.ts";
import { renderWait } from "../../src/ui/render/wait.ts";
import { progressText } from "../../src/ui/text/progress-bar.ts";
import type { DisplayOptions } from "../../src/ui/text/style.ts";
import { width } from "../../src/ui/text/wrap.ts";
import { AT_ONCE } from "../ui/io/typing.ts";
import type { Call, Recording } from "./record.ts";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export const SIZES: readonly Size[] = [
  { columns: 40, rows: 20 },
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
];

/** A screen by its name: the step that asks or waits, and what stands on the glass, without its colours. */
export interface Shot {
  readonly name: string;
  readonly text: string;
  /** With its colours. */
  readonly raw: string;
  /** Rows that were printed until then. */
  readonly printed: number;
}

export interface Screens {
  readonly questions: readonly Shot[];
  readonly waits: readonly Shot[];
  readonly end: Shot;
}

/** The recording on a terminal of this size, by the code that draws for people. */
export async function replay(calls: Recording, size: Size): Promise<Screens> {
  const display: DisplayOptions = { columns: size.columns, colour: true, unicode: true, live: false, zone: "UTC" };
  const input = Object.assign(new PassThrough(), { isTTY: true, isRaw: false, setRawMode: () => input });
  let shown = "";
  const write = (text: string): boolean => {
    shown += text;
    return true;
  };
  const output = { isTTY: true, ...size, write } as unknown as NodeJS.WriteStream;
  const terminal = { input: input as unknown as NodeJS.ReadStream, output, display, quiet: AT_ONCE };
  const screen = createTerminalIo({ ...terminal, answers: { yes: false, sandbox: false } });
  const questions: Shot[] = [];
  for (const call of calls) {
    if (call.kind === "plan") {
      screen.learn(call.plan);
      screen.say(planText(call.plan, display, call.at, { questionFollows: true }));
    }
    if (call.kind === "say") screen.say(`${call.text}\n`);
    // A view that is drawn in place leaves nothing behind.
    if (call.kind === "notify" && call.event.type !== "step.progress") screen.notify(call.event);
    if (call.kind === "ask" && ["confirm", "choice", "hold"].includes(call.question.kind)) {
      const asking = screen.ask(call.question);
      await settled(() => shown);
      questions.push(shotOf(nameOf(call.question), shown, size));
      if (!call.isSilent) input.write(keysFor(call.question));
      await asking;
    }
  }
  screen.close();
  const end = shotOf("end", shown, size);
  return { questions, waits: waitsOf(calls, display), end };
}

const nameOf = (question: Question): string =>
  question.kind === "confirm" || question.kind === "hold" ? question.step.id : question.kind;

function shotOf(name: string, shown: string, size: Size): Shot {
  const rows = rowsOf(shown, size);
  const raw = rows.slice(-size.rows).join("\n");
  return { name, raw, text: stripVTControlCharacters(raw).replace(/ +$/gm, ""), printed: rows.length };
}

const frameOf = (name: string, rows: readonly string[]): Shot => ({
  name,
  raw: rows.join("\n"),
  text: stripVTControlCharacters(rows.join("\n")),
  printed: rows.length,
});

/** As a person would agree; a countdown to a restoring step passes by itself. */
function keysFor(question: Question): string {
  if (question.kind === "choice") return "\r";
  if (question.kind !== "confirm") return "";
  if (question.silence?.countdown !== undefined) return "y";
  return question.mode === "typed" ? `${question.step.consequence}\r` : "y\r";
}

/** Until nothing more has been written for a while. */
async function settled(text: () => string): Promise<void> {
  for (let before = -1; before !== text().length; ) {
    before = text().length;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** The rows as a terminal breaks them. */
function rowsOf(text: string, { columns }: Size): readonly string[] {
  const lines = text
    .replace(/\u0007/g, "")
    .replace(/\u001b\[\?25h/g, "")
    .replace(/\n$/, "")
    .split("\n");
  return lines.flatMap((line) => (width(line) <= columns ? [line] : broken(line, columns)));
}

/** Colours take no cell, and continue on the next row. */
function broken(line: string, columns: number): string[] {
  const rows = [""];
  let cells = 0;
  for (const [piece] of line.matchAll(/\u001b\[[\d;]*m|./gu)) {
    const isColour = piece.length > 1 && piece.startsWith("\u001b");
    if (!isColour && cells === columns) {
      rows.push("");
      cells = 0;
    }
    rows[rows.length - 1] += piece;
    if (!isColour) cells += 1;
  }
  return rows;
}

interface Waiting {
  readonly wait: ExpectedWait;
  readonly title: string;
  readonly number: string;
  readonly seen: { readonly at: number; readonly text: string }[];
}

/** A wait that is over sooner shows nothing that one could read. */
const LEAST_SEEN = 2;

/** Each wait of a step at three moments: when it begins, in its middle, and last. */
function waitsOf(calls: readonly Call[], display: DisplayOptions): readonly Shot[] {
  const waits = new Map<string, Waiting>();
  const steps = calls.flatMap((call) => (call.kind === "plan" ? [...call.plan.steps, ...call.plan.finally] : []));
  for (const call of calls) {
    if (call.kind === "wait") {
      const index = steps.findIndex(({ id }) => id === call.wait.step);
      const title = steps[index]?.title ?? call.wait.step;
      const number = `${index + 1}/${steps.length}`;
      const first = { at: call.at, text: "" };
      if (!waits.has(call.wait.step)) waits.set(call.wait.step, { wait: call.wait, title, number, seen: [first] });
    }
    if (call.kind !== "notify" || call.event.type !== "step.progress") continue;
    waits.get(call.event.step)?.seen.push({ at: call.at, text: progressText(call.event, display) });
  }
  return [...waits.entries()].flatMap(([name, { seen, wait, title, number }]) => {
    if (seen.length <= LEAST_SEEN) return [];
    const moments = [seen[0], seen[Math.floor(seen.length / 2)], seen.at(-1)].flatMap((moment) => moment ?? []);
    return moments.map(({ at, text }, index) =>
      frameOf(
        `${name} ${["begins", "middle", "last"][index]}`,
        renderWait({ ...wait, title, number, text }, at, display),
      ),
    );
  });
}

/** The words on a glass that stand out: bold ones, the question, and the titles of warnings; each once. */
export function loudWords(raw: string): readonly string[] {
  let isBold = false;
  return raw.split("\n").flatMap((line) => {
    const plain = stripVTControlCharacters(line);
    const isLoud = plain.startsWith("? ") || /^ ! WARN /.test(plain);
    const bold = line.split(/\u001b\[([\d;]*)m/).map((part, index) => {
      if (index % 2 === 0) return isBold ? part : "";
      const codes = part.split(";");
      if (codes.includes("1")) isBold = true;
      if (codes.includes("22") || codes.includes("0") || part === "") isBold = false;
      return "";
    });
    const text = isLoud ? plain.replace(/^\? |^ ! WARN /, "") : bold.join("");
    return text.split(/\s+/).filter((word) => /[\p{L}\d]/u.test(word));
  });
}
