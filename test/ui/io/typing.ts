import { PassThrough } from "node:stream";
import type { Terminal } from "../../../src/ui/io/prompt.ts";

/** No key needs waiting for. */
export const AT_ONCE = { afterKey: 0, untouched: 0 };

/** Asks at a terminal whose operator types these lines, one a question. */
export async function typing<T>(ask: (terminal: Terminal) => Promise<T>, ...lines: readonly string[]) {
  const input = Object.assign(new PassThrough(), { isTTY: true, isRaw: false, setRawMode: () => input });
  const shown: string[] = [];
  const left = [...lines];
  const write = (text: string): boolean => {
    if (text.startsWith("? ")) setTimeout(() => input.write(`${left.shift() ?? "q"}\r`), 0);
    return shown.push(text) > 0;
  };
  const terminal = {
    input: input as unknown as NodeJS.ReadStream,
    output: { isTTY: true, columns: 80, write } as unknown as NodeJS.WriteStream,
    display: { columns: 80, colour: false, unicode: true, live: false },
    quiet: AT_ONCE,
  };
  return { answer: await ask(terminal), shown: shown.join("") };
}
