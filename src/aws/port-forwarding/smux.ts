/*
 * A port session's bytes are smux, version 1 (github.com/xtaci/smux, frame.go). Agents speak it with every client from
 * 1.1.70 on. It carries many connections over one session; we use one. The header has eight bytes, little endian.
 */

const VERSION = 1;
const HEADER = 8;

/** SYN opens a stream, FIN says that its side writes no more, PSH carries bytes, NOP is a keep-alive. */
export const CMD = { syn: 0, fin: 1, push: 2, nop: 3 } as const;

/** The most bytes that xtaci/smux takes in one frame by default. */
export const MOST_IN_FRAME = 32_768;

export interface MuxFrame {
  readonly cmd: number;
  readonly stream: number;
  readonly data: Buffer;
}

const NONE = Buffer.alloc(0);

/** `data` has at most `MOST_IN_FRAME` bytes. */
export function encodeMux(cmd: number, stream: number, data: Buffer = NONE): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUInt8(VERSION, 0);
  header.writeUInt8(cmd, 1);
  header.writeUInt16LE(data.length, 2);
  header.writeUInt32LE(stream, 4);
  return Buffer.concat([header, data]);
}

/** Makes frames from bytes that arrive in pieces of any size. */
export class MuxFrames {
  #rest: Buffer = NONE;

  /** The frames that are now complete; undefined if the far side speaks another protocol. */
  push(bytes: Buffer): readonly MuxFrame[] | undefined {
    let rest = Buffer.concat([this.#rest, bytes]);
    const found: MuxFrame[] = [];
    while (rest.length >= HEADER) {
      if (rest.readUInt8(0) !== VERSION) return undefined;
      const end = HEADER + rest.readUInt16LE(2);
      if (rest.length < end) break;
      found.push({ cmd: rest.readUInt8(1), stream: rest.readUInt32LE(4), data: rest.subarray(HEADER, end) });
      rest = rest.subarray(end);
    }
    this.#rest = rest;
    return found;
  }
}
