import { redactText } from "../../domain/redact.ts";
import { sanitise } from "../../domain/sanitise.ts";

/** ECMA-48: control sequences, strings (OSC, DCS, PM, APC, SOS) up to their end, and what is two characters long. */
const ESCAPES =
  /\u001b(?:\[[\u0030-\u003f]*[\u0020-\u002f]*[\u0040-\u007e]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)|[\u0020-\u002f]*[\u0030-\u004f\u0051-\u0057\u0059\u005a\u0060-\u007e])/g;

/** A line that never ends is cut here. */
const LONGEST = 16_384;

/** Turns output into lines that are safe to show and to write down, however frames have cut it. */
export class CleanLines {
  readonly #decoder = new TextDecoder();
  #rest = "";

  /** The lines that have become complete. */
  push(bytes: Uint8Array): readonly string[] {
    return this.#cut(this.#decoder.decode(bytes, { stream: true }));
  }

  /** What is left when nothing more comes. */
  end(): readonly string[] {
    const lines = this.#cut(this.#decoder.decode());
    const last = this.#rest;
    this.#rest = "";
    return last === "" ? lines : [...lines, clean(last)];
  }

  #cut(text: string): string[] {
    const parts = (this.#rest + text).split("\n");
    this.#rest = parts.pop() ?? "";
    const lines = parts.map(clean);
    for (; this.#rest.length > LONGEST; this.#rest = this.#rest.slice(LONGEST)) {
      lines.push(clean(this.#rest.slice(0, LONGEST)));
    }
    return lines;
  }
}

/** The whole of an output as safe text. */
export function cleanText(bytes: Uint8Array): string {
  const lines = new CleanLines();
  return [...lines.push(bytes), ...lines.end()].join("\n");
}

/** A carriage return starts the line anew: what was drawn last stays, as a progress bar's last state does. */
function clean(line: string): string {
  const drawn = line.replace(/\r+$/, "").replace(ESCAPES, "").split("\r");
  const last = drawn.findLast((part) => part !== "") ?? "";
  return redactText(sanitise(last, { lines: true, most: LONGEST }));
}
