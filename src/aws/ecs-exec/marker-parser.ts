/** One item of a wrapped command's stream. */
export type MarkerItem =
  | { readonly kind: "mark"; readonly word: string; readonly value: string }
  /** Bytes between two marks: output or noise, depending on the wrapper. */
  | { readonly kind: "bytes"; readonly bytes: Buffer }
  /** Bytes that a DATA mark announced: exact, whatever they contain. */
  | { readonly kind: "data"; readonly bytes: Buffer };

const LF = 0x0a;
const CR = 0x0d;

/** The maximum length of a word and its value. Anything longer is not one of our marks. */
const MOST_OF_A_MARK = 40;

/**
 * Finds the wrapper's marks in the joined stream: `\n<secret> WORD value\n`, with a secret that no other output can
 * contain. Bytes before the first mark are dropped. If the terminal still converts line ends, the first mark ends with
 * CR LF. Then the parser turns each CR LF back into LF, which is the exact inverse of the terminal's conversion.
 */
export class MarkerParser {
  readonly #begin: Buffer;
  #held: Buffer = Buffer.alloc(0);
  #begun = false;
  #cooked = false;
  #heldReturn = false;
  #data = 0;

  constructor(secret: string) {
    this.#begin = Buffer.from(`\n${secret} `);
  }

  push(chunk: Buffer): readonly MarkerItem[] {
    const found: MarkerItem[] = [];
    const plain = this.#begun ? this.#uncook(chunk) : chunk;
    this.#held = this.#held.length === 0 ? plain : Buffer.concat([this.#held, plain]);
    while (this.#step(found)) {}
    return found;
  }

  /** The bytes that were held back for a mark that never came. The beginning of a real mark is not output. */
  rest(): readonly MarkerItem[] {
    const bytes = Buffer.concat([this.#held, Buffer.from(this.#heldReturn ? "\r" : "")]);
    const isOutput = this.#begun && this.#data === 0 && bytes.length > 0 && !bytes.includes(this.#begin);
    return isOutput ? [{ kind: "bytes", bytes }] : [];
  }

  /** Takes one item from the front; false if it needs more bytes. */
  #step(found: MarkerItem[]): boolean {
    if (this.#data > 0) return this.#takeData(found);
    const at = this.#held.indexOf(this.#begin);
    if (at < 0) {
      this.#give(found, this.#held.length - this.#partOfMark());
      return false;
    }
    this.#give(found, at);
    const from = this.#begin.length;
    const end = this.#held.indexOf(LF, from);
    if (end < 0 && this.#held.length - from < MOST_OF_A_MARK) return false;
    if (end < 0 || end - from > MOST_OF_A_MARK) this.#give(found, from);
    else this.#takeMark(found, from, end);
    return true;
  }

  #takeMark(found: MarkerItem[], from: number, end: number): void {
    const line = this.#held.toString("latin1", from, end);
    this.#held = this.#held.subarray(end + 1);
    if (!this.#begun) this.#start(line.endsWith("\r"));
    const [word = "", value = ""] = line.replace("\r", "").split(" ");
    if (word === "DATA") this.#data = Number(value) || 0;
    else found.push({ kind: "mark", word, value });
  }

  #start(cooked: boolean): void {
    this.#begun = true;
    this.#cooked = cooked;
    this.#held = this.#uncook(this.#held);
  }

  #takeData(found: MarkerItem[]): boolean {
    if (this.#held.length === 0) return false;
    const bytes = this.#held.subarray(0, this.#data);
    this.#data -= bytes.length;
    this.#held = this.#held.subarray(bytes.length);
    found.push({ kind: "data", bytes });
    return true;
  }

  #give(found: MarkerItem[], length: number): void {
    if (length > 0 && this.#begun) found.push({ kind: "bytes", bytes: this.#held.subarray(0, length) });
    this.#held = this.#held.subarray(length);
  }

  /** How many bytes at the end may be the beginning of a mark. */
  #partOfMark(): number {
    const from = this.#held.lastIndexOf(LF);
    if (from < 0 || this.#held.length - from >= this.#begin.length) return 0;
    const tail = this.#held.subarray(from);
    return tail.equals(this.#begin.subarray(0, tail.length)) ? tail.length : 0;
  }

  #uncook(chunk: Buffer): Buffer {
    if (!this.#cooked) return chunk;
    const text = (this.#heldReturn ? "\r" : "") + chunk.toString("latin1");
    this.#heldReturn = text.charCodeAt(text.length - 1) === CR;
    return Buffer.from((this.#heldReturn ? text.slice(0, -1) : text).replaceAll("\r\n", "\n"), "latin1");
  }
}
