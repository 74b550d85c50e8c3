import { redactText } from "../../domain/redact.ts";
import { sanitise } from "../../domain/sanitise.ts";

/** ECMA-48: control sequences, strings (OSC, DCS, PM, APC, SOS) up to their end, and what is two characters long. */
const ESCAPES =
  /\u001b(?:\[[\u0030-\u003f]*[\u0020-\u002f]*[\u0040-\u007e]|[\]PX^_][^\n\u0007\u001b]*(?:\u0007|\u001b\\)|[\u0020-\u002f]*[\u0030-\u004f\u0051-\u0057\u0059\u005a\u0060-\u007e])/g;

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
    const all = this.#rest + text;
    const end = all.lastIndexOf("\n");
    this.#rest = all.slice(end + 1);
    const lines = end < 0 ? [] : clean(all.slice(0, end)).split("\n");
    for (; this.#rest.length > LONGEST; this.#rest = this.#rest.slice(LONGEST)) {
      lines.push(clean(this.#rest.slice(0, LONGEST)));
    }
    return lines;
  }
}

/** The whole of an output as safe text, without the last line's end. */
export const cleanText = (bytes: Uint8Array): string => clean(new TextDecoder().decode(bytes).replace(/\n$/, ""));

/** Many lines at once: a secret may have more than one. */
function clean(text: string): string {
  const drawn = text.replaceAll("\r\n", "\n").replace(ESCAPES, "");
  const lines = drawn.includes("\r") ? drawn.split("\n").map(lastDrawn).join("\n") : drawn;
  return redactText(sanitise(lines, { lines: true, most: Number.POSITIVE_INFINITY }));
}

/** A carriage return starts the line anew: what was drawn last stays, as a progress bar's last state does. */
const lastDrawn = (line: string): string => line.split("\r").findLast((part) => part !== "") ?? "";
