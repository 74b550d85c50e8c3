/** The agent reads at most this many bytes of a terminal at once. [S] */
const MOST = 1024;

/**
 * Cuts output into payloads of at most 1024 bytes that end between characters. The first bytes of an incomplete
 * character wait for the next output. What still waits when the command ends is lost, as with the agent. [S]
 */
export class OutputFrames {
  #held: Buffer = Buffer.alloc(0);

  cut(output: Buffer): Buffer[] {
    let rest = Buffer.concat([this.#held, output]);
    const frames: Buffer[] = [];
    while (rest.length > 0) {
      const slice = rest.subarray(0, MOST);
      const whole = wholeCharacters(slice);
      if (whole === 0 && rest.length <= MOST) break;
      const length = whole === 0 ? slice.length : whole;
      frames.push(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
    this.#held = rest;
    return frames;
  }
}

/** The length without an incomplete last character. Bytes that are not UTF-8 count as complete. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
