import type { HoldQuestion } from "../../domain/ports.ts";
import { renderRestoring } from "../render/question.ts";
import { toAscii } from "../text/style.ts";
import { type Break, takeKeys } from "./keyboard.ts";
import type { Terminal } from "./prompt.ts";

/** A key that is pressed now holds, whatever was typed before. */
const BEFORE = { afterKey: 100, untouched: 100 };
const CLEAR_LINE = "\r\u001b[K";

/** How a countdown ended: nothing came, a key, or what ends a question. */
export type Counted = { readonly kind: "passed" } | { readonly kind: "key"; readonly key: string } | Ended;
type Ended = { readonly kind: Break };

/**
 * Counts down to a restoring step; any key, even Ctrl-C, holds it. A closed terminal cannot hold the step: to restore is
 * the safe side.
 */
export async function holdAtTerminal(
  terminal: Terminal,
  question: HoldQuestion,
  number?: string,
): Promise<{ readonly go: boolean }> {
  const { output, display } = terminal;
  output.write(`\n${renderRestoring(question.step, display, number)}`);
  const counted = await countDown(
    terminal,
    question.seconds,
    (left) => `Restoring in ${left} s — any key holds`,
    ({ kind }) => (kind === "passed" || kind === "eof" ? "Restoring now." : "Held."),
  );
  return { go: counted.kind === "passed" || counted.kind === "eof" };
}

/** Counts the operator's seconds, not those of a rehearsal's clock. Keys typed ahead are dropped. */
export async function countDown(
  terminal: Terminal,
  seconds: number,
  textOf: (left: number) => string,
  endOf: (counted: Counted) => string,
): Promise<Counted> {
  const { input, output, stop, display } = terminal;
  const keys = takeKeys(input, stop);
  try {
    await keys.drain(BEFORE);
    keys.open();
    const counted = await runDown(terminal, seconds, textOf, firstKey(keys.source, keys.signal));
    output.write(`${display.live ? CLEAR_LINE : ""}${endOf(counted)}\n`);
    return counted;
  } finally {
    keys.close();
  }
}

async function runDown(
  { output, display }: Terminal,
  seconds: number,
  textOf: (left: number) => string,
  pressed: Promise<Counted>,
): Promise<Counted> {
  for (let left = seconds; left > 0; left -= 1) {
    const text = toAscii(textOf(left), display);
    if (display.live) output.write(CLEAR_LINE + text);
    else if (left === seconds) output.write(`${text}\n`);
    const counted = await withinSecond(pressed);
    if (counted !== undefined) return counted;
  }
  return { kind: "passed" };
}

function firstKey(source: NodeJS.ReadableStream, signal: AbortSignal): Promise<Counted> {
  return new Promise((resolve) => {
    const onBreak = () => resolve({ kind: signal.reason as Break });
    if (signal.aborted) return onBreak();
    signal.addEventListener("abort", onBreak, { once: true });
    source.once("data", (key) => resolve({ kind: "key", key: String(key) }));
  });
}

async function withinSecond(pressed: Promise<Counted>): Promise<Counted | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const second = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), 1000);
  });
  try {
    return await Promise.race([pressed, second]);
  } finally {
    clearTimeout(timer);
  }
}
