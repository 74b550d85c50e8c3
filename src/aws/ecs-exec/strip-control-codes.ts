import { redactText } from "../../domain/redact.ts";
import { sanitise } from "../../domain/sanitise.ts";

/** ECMA-48: control sequences, strings (OSC, DCS, PM, APC, SOS) up to their end, and sequences of two characters. */
const ESCAPES =
  /\u001b(?:\[[\u0030-\u003f]*[\u0020-\u002f]*[\u0040-\u007e]|[\]PX^_][^\n\u0007\u001b]*(?:\u0007|\u001b\\)|[\u0020-\u002f]*[\u0030-\u004f\u0051-\u0057\u0059\u005a\u0060-\u007e])/g;

const KEY_BORDERS = /-----(BEGIN|END) [A-Z ]{0,40}PRIVATE KEY-----/g;
const KEY_ENDS = "-----END ";

/** Longer than any private key. A text that only begins like one must not hide all that comes after it. */
const LONGEST_KEY = 16_384;

/** A private key begins in this text and does not end there. */
const endsInKey = (text: string): boolean => [...text.matchAll(KEY_BORDERS)].at(-1)?.[1] === "BEGIN";

/** What follows the key that ends in this text; undefined where it does not end in it. */
function afterKey(text: string): string | undefined {
  const end = text.indexOf(KEY_ENDS);
  return end < 0 ? undefined : text.slice(end).replace(/^[^\n]*\n?/, "");
}

/** A line without an end is cut at this length. */
const LONGEST = 16_384;

/** Turns output into lines that are safe to show and to record, wherever the frames split it. */
export class LineCleaner {
  readonly #decoder = new TextDecoder();
  #rest = "";
  /** A private key has begun and not ended: its lines may come in any number of frames. */
  #isInKey = false;
  /** Characters of it so far. */
  #hidden = 0;

  /** The lines that have become complete. */
  push(bytes: Uint8Array): readonly string[] {
    return this.#cut(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The remaining lines, when no more bytes come. */
  end(): readonly string[] {
    const lines = this.#cut(this.#decoder.decode());
    const last = this.#rest;
    this.#rest = "";
    return last === "" ? lines : [...lines, ...this.#lines(last)];
  }

  #cut(text: string): string[] {
    const all = this.#rest + text;
    const end = all.lastIndexOf("\n");
    this.#rest = all.slice(end + 1);
    const lines = end < 0 ? [] : this.#lines(all.slice(0, end));
    for (; this.#rest.length > LONGEST; this.#rest = this.#rest.slice(LONGEST)) {
      lines.push(...this.#lines(this.#rest.slice(0, LONGEST)));
    }
    return lines;
  }

  #lines(text: string): string[] {
    const left = this.#isInKey && this.#hidden < LONGEST_KEY ? afterKey(text) : text;
    this.#hidden = left === undefined ? this.#hidden + text.length : 0;
    if (left === undefined) return [];
    this.#isInKey = endsInKey(left);
    return left === "" && left !== text ? [] : clean(left).split("\n");
  }
}

/** The whole output as safe text, without the last line's end. */
export const cleanText = (bytes: Uint8Array): string => clean(new TextDecoder().decode(bytes).replace(/\n$/, ""));

/** Cleans many lines at once: a secret may span several lines. */
function clean(text: string): string {
  const drawn = text.replaceAll("\r\n", "\n").replace(ESCAPES, "");
  const lines = drawn.includes("\r") ? drawn.split("\n").map(lastDrawn).join("\n") : drawn;
  return redactText(sanitise(lines, { lines: true, most: Number.POSITIVE_INFINITY }));
}

/** A carriage return restarts the line. Keep what was drawn last, such as a progress bar's last state. */
const lastDrawn = (line: string): string => line.split("\r").findLast((part) => part !== "") ?? "";
