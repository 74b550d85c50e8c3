import type { Readable } from "node:stream";
import type { Sink } from "./screen.ts";

const ENTER = /[\r\n]/;
const BACKSPACE = /[\u007f\b]/;
const ESCAPES = /\u001b(?:\[[0-9;]*[A-Za-z~]|O.|.)?/g;

/**
 * Reads one line from a keyboard in raw mode. It echoes with only characters and backspaces, for terminals whose cursor
 * must not be moved. Rejects with the signal's reason.
 */
export function readLine(
  source: Readable,
  output: Sink,
  signal: AbortSignal,
  echo: "shown" | "hidden" = "shown",
): Promise<string> {
  const screen: Sink = echo === "shown" ? output : { write: () => undefined };
  return new Promise((resolve, reject) => {
    let line = "";
    const finish = (end: () => void) => {
      source.off("data", onData);
      signal.removeEventListener("abort", onAbort);
      output.write("\n");
      end();
    };
    const onAbort = () => finish(() => reject(signal.reason));
    const onData = (chunk: Buffer) => {
      for (const char of chunk.toString().replace(ESCAPES, "")) {
        if (ENTER.test(char)) return finish(() => resolve(line));
        line = typed(line, char, screen);
      }
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort);
    source.on("data", onData);
  });
}

function typed(line: string, char: string, output: Sink): string {
  if (BACKSPACE.test(char)) {
    if (line !== "") output.write("\b \b");
    return [...line].slice(0, -1).join("");
  }
  if (/\p{Cc}/u.test(char)) return line;
  output.write(char);
  return line + char;
}
