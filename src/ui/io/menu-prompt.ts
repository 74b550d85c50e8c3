import { isNarrow, paragraph } from "../text/layout.ts";
import { type DisplayOptions, paint, toAscii } from "../text/style.ts";
import { width } from "../text/wrap.ts";
import { type Break, QUIET, takeKeys } from "./keyboard.ts";
import { askLine, type Terminal } from "./prompt.ts";

/** One thing that can be chosen; with a hint it has a row of its own. */
export interface MenuChoice {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

export interface MenuScreen {
  /** What stands above the choices; `d` changes between the two. */
  readonly short: string;
  readonly details: string;
  readonly choices: readonly MenuChoice[];
}

export type MenuReply = { readonly kind: "chosen"; readonly value: string } | { readonly kind: "quit" | Break };

/** Shows a screen with a menu. `d` shows its details in place, `q` leaves. */
export function askMenu(terminal: Terminal, screen: MenuScreen): Promise<MenuReply> {
  return terminal.display.live ? askLive(terminal, screen) : askByNumber(terminal, screen);
}

interface State {
  /** Keys count from now on: only then are they named. */
  readonly isOpen: boolean;
  readonly at: number;
  readonly isDetailed: boolean;
}

async function askLive(terminal: Terminal, screen: MenuScreen): Promise<MenuReply> {
  const { input, output, display, stop, quiet = QUIET } = terminal;
  let state: State = { isOpen: false, at: 0, isDetailed: false };
  let shown = draw(terminal, screen, state, 0);
  const keys = takeKeys(input, stop);
  // What the shell has written since stands above.
  keys.redraw = () => {
    shown = draw(terminal, screen, state, 0);
  };
  try {
    await keys.drain(quiet);
    keys.signal.throwIfAborted();
    state = { ...state, isOpen: true };
    const named = keysLines(state, display);
    output.write(`${named.join("\n")}\n`);
    shown += named.length;
    keys.open();
    for await (const chunk of keysUntil(keys.source, keys.signal)) {
      const next = press(chunk, state, screen);
      if ("kind" in next) return next;
      if (next === state) continue;
      // The details may be longer than the glass: only what is on it can be drawn over.
      shown = draw(terminal, screen, next, Math.min(shown, (output.rows ?? shown + 1) - 1));
      state = next;
    }
    return { kind: keys.signal.aborted ? (keys.signal.reason as Break) : "eof" };
  } catch (error) {
    if (keys.signal.aborted) return { kind: keys.signal.reason as Break };
    throw error;
  } finally {
    keys.close();
    output.write(display.colour ? "\u001b[0m" : "");
  }
}

async function* keysUntil(source: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<string> {
  const stopped = new Promise<"stopped">((resolve) => {
    if (signal.aborted) resolve("stopped");
    signal.addEventListener("abort", () => resolve("stopped"), { once: true });
  });
  const chunks = source[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([chunks.next(), stopped]);
    if (next === "stopped" || next.done === true) return;
    yield next.value.toString();
  }
}

const UP = new Set(["\u001b[A", "\u001bOA", "k"]);
const DOWN = new Set(["\u001b[B", "\u001bOB", "j"]);
const ENTER = /^[\r\n]/;

/** What one key means: another state, or the end. */
function press(key: string, state: State, { choices }: MenuScreen): State | MenuReply {
  const last = choices.length - 1;
  if (key === "q" || key === "Q") return { kind: "quit" };
  if (key === "d" || key === "D") return { ...state, isDetailed: !state.isDetailed };
  if (UP.has(key)) return { ...state, at: Math.max(0, state.at - 1) };
  if (DOWN.has(key)) return { ...state, at: Math.min(last, state.at + 1) };
  if (ENTER.test(key)) return { kind: "chosen", value: choices[state.at]?.value ?? "" };
  const number = Number(key) - 1;
  return choices[number] === undefined ? state : { ...state, at: number };
}

/** Draws over the rows of before, and returns how many rows there are now. */
function draw({ output, display }: Terminal, screen: MenuScreen, state: State, before: number): number {
  const above = state.isDetailed ? screen.details : screen.short;
  const lines = [
    ...above.split("\n"),
    "",
    ...choiceLines(screen.choices, state.at, display),
    ...(state.isOpen ? keysLines(state, display) : []),
  ];
  const over = before === 0 ? "" : `\u001b[${before}A\r\u001b[J`;
  output.write(`${over}${lines.join("\n")}\n`);
  // A word may be wider than the glass, which then takes more rows for it.
  return lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(width(line) / display.columns)), 0);
}

function keysLines({ isDetailed }: State, display: DisplayOptions): string[] {
  const choose = isNarrow(display) ? "Enter selects" : "number or arrows, Enter selects";
  const words = `${choose} · d ${isDetailed ? "summary" : "details"} · q quit`;
  return paragraph(words, display, 2, "quiet");
}

/** Those with a hint on a row each, the others beside each other. */
export function choiceLines(choices: readonly MenuChoice[], at: number, display: DisplayOptions): string[] {
  const lines: string[] = [];
  let row = "";
  choices.forEach(({ label, hint }, index) => {
    const mark = index === at ? ">" : " ";
    const text = toAscii(`${mark} ${index + 1} ${label}`, display);
    const shown = index === at ? paint(text, "strong", display) : text;
    if (hint !== undefined) {
      const room = display.columns - HINT_AT;
      const aside = width(hint) <= room && width(text) < HINT_AT ? " ".repeat(HINT_AT - width(text)) : undefined;
      lines.push(aside === undefined ? shown : `${shown}${aside}${paint(toAscii(hint, display), "quiet", display)}`);
      return;
    }
    const gap = row === "" ? "" : "  ";
    if (width(row) + width(gap) + width(text) > display.columns) {
      lines.push(row);
      row = shown;
    } else row += gap + shown;
  });
  return row === "" ? lines : [...lines, row];
}

const HINT_AT = 34;

/** Without a cursor that may be moved: a list of numbers, and one line of answer. */
async function askByNumber(terminal: Terminal, { short, details, choices }: MenuScreen): Promise<MenuReply> {
  const { output, display } = terminal;
  const list = choices.flatMap(({ label, hint }, index) =>
    paragraph(`${index + 1}. ${label}${hint === undefined ? "" : `: ${hint}`}`, display, 2),
  );
  output.write(`${[short, "", ...list].join("\n")}\n`);
  for (;;) {
    const reply = await askLine(terminal, "Number [1], d details, q quit:");
    if (reply.kind !== "answer") return { kind: reply.kind };
    const text = reply.text.trim().toLowerCase();
    if (["q", "quit"].includes(text)) return { kind: "quit" };
    if (["d", "details"].includes(text)) output.write(`${details}\n`);
    const chosen = choices[Number(text === "" ? 1 : text) - 1];
    if (chosen !== undefined) return { kind: "chosen", value: chosen.value };
  }
}
