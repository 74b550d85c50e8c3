/** A stretch of what came out of a command: bytes, or the words `stty` was called with at that very point. */
export type Stretch = Buffer | readonly string[];

const END = 0x07;

/**
 * Finds the marks which the `stty` of a task leaves in the output. They travel in the output's own pipe, so that
 * whatever was printed before is shown with the old settings and whatever comes after with the new ones.
 */
export class SttyMarks {
  readonly #start: Buffer;
  #held: Buffer = Buffer.alloc(0);

  constructor(token: string) {
    this.#start = Buffer.from(markStart(token));
  }

  split(chunk: Buffer): Stretch[] {
    let rest = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const found: Stretch[] = [];
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
