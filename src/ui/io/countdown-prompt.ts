import type { HoldQuestion } from "../../domain/ports.ts";
import { renderStep } from "../render/plan.ts";
import { legible } from "../text/style.ts";
import { takeKeys } from "./keyboard.ts";
import type { Terminal } from "./prompt.ts";

const DRAIN_MS = 100;
const CLEAR_LINE = "\r\u001b[K";

/**
 * Counts down to a restoring step; any key, Ctrl-C too, holds it. It runs in the operator's seconds, not in those of a
 * rehearsal's clock. A terminal that has gone away cannot hold: restoring is the safe side.
 */
export async function holdAtTerminal(terminal: Terminal, question: HoldQuestion): Promise<{ readonly go: boolean }> {
  const { output, look } = terminal;
  output.write(`\n${renderStep(question.step, look)}`);
  const keys = takeKeys(terminal.input, terminal.stop);
  try {
    await keys.drain(DRAIN_MS);
    keys.open();
    const isHeld = await countDown(terminal, question.seconds, keyPressed(keys.source, keys.signal));
    const said = isHeld ? "Held." : "Restoring now.";
    output.write(`${look.live ? CLEAR_LINE : ""}${said}\n`);
    return { go: !isHeld };
  } finally {
    keys.close();
  }
}

/** True when a key came before the end. */
async function countDown({ output, look }: Terminal, seconds: number, pressed: Promise<boolean>): Promise<boolean> {
  for (let left = seconds; left > 0; left -= 1) {
    const text = legible(`restoring in ${left} s — press any key to hold`, look);
    if (look.live) output.write(CLEAR_LINE + text);
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
