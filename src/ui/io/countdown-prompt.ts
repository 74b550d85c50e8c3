import type { HoldQuestion } from "../../domain/ports.ts";
import { renderStep } from "../render/plan.ts";
import { toAscii } from "../text/style.ts";
import { takeKeys } from "./keyboard.ts";
import type { Terminal } from "./prompt.ts";

const DRAIN_MS = 100;
const CLEAR_LINE = "\r\u001b[K";

/**
 * Counts down to a restoring step; any key, even Ctrl-C, holds it. It counts the operator's seconds, not those of a
 * rehearsal's clock. A closed terminal cannot hold the step: to restore is the safe side.
 */
export async function holdAtTerminal(terminal: Terminal, question: HoldQuestion): Promise<{ readonly go: boolean }> {
  const { output, display } = terminal;
  output.write(`\n${renderStep(question.step, display)}`);
  const keys = takeKeys(terminal.input, terminal.stop);
  try {
    await keys.drain(DRAIN_MS);
    keys.open();
    const isHeld = await countDown(terminal, question.seconds, keyPressed(keys.source, keys.signal));
    const message = isHeld ? "Held." : "Restoring now.";
    output.write(`${display.live ? CLEAR_LINE : ""}${message}\n`);
    return { go: !isHeld };
  } finally {
    keys.close();
  }
}

/** True when a key came before the end. */
async function countDown({ output, display }: Terminal, seconds: number, pressed: Promise<boolean>): Promise<boolean> {
  for (let left = seconds; left > 0; left -= 1) {
    const text = toAscii(`restoring in ${left} s — press any key to hold`, display);
    if (display.live) output.write(CLEAR_LINE + text);
    else if (left === seconds) output.write(`${text}\n`);
    const isHeld = await withinSecond(pressed);
    if (isHeld !== undefined) return isHeld;
  }
  return false;
}

function keyPressed(source: NodeJS.ReadableStream, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const onBreak = () => resolve(signal.reason === "interrupted");
    if (signal.aborted) return onBreak();
    signal.addEventListener("abort", onBreak, { once: true });
    source.once("data", () => resolve(true));
  });
}

async function withinSecond(pressed: Promise<boolean>): Promise<boolean | undefined> {
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
