/** A part of a command's output: bytes, or the arguments of an `stty` call at that point. */
export type MarkedSpan = Buffer | readonly string[];

const END = 0x07;

/**
 * Finds the marks that the `stty` of a task leaves in the output. They travel in the same pipe as the output. So output
 * before a mark is shown with the old settings, and output after it with the new ones.
 */
export class SttyMarks {
  readonly #start: Buffer;
  #held: Buffer = Buffer.alloc(0);

  constructor(token: string) {
    this.#start = Buffer.from(markStart(token));
  }

  split(chunk: Buffer): MarkedSpan[] {
    let rest = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const found: MarkedSpan[] = [];
    for (;;) {
      const at = rest.indexOf(this.#start);
      const end = at < 0 ? -1 : rest.indexOf(END, at);
      if (end < 0) {
        const whole = at < 0 ? rest.length - this.#begun(rest) : at;
        if (whole > 0) found.push(rest.subarray(0, whole));
        this.#held = rest.subarray(whole);
        return found;
      }
      if (at > 0) found.push(rest.subarray(0, at));
      found.push(rest.toString("utf8", at + this.#start.length, end).split(" "));
      rest = rest.subarray(end + 1);
    }
  }

  /** How many bytes at the end may be the beginning of a mark. */
  #begun(bytes: Buffer): number {
    for (let length = Math.min(bytes.length, this.#start.length - 1); length > 0; length--) {
      if (bytes.subarray(bytes.length - length).equals(this.#start.subarray(0, length))) return length;
    }
    return 0;
  }
}

/** How a mark begins; the settings and 0x07 follow. */
export const markStart = (token: string): string => `\x1b]stty-${token};`;
