/**
 * The frames that carry many streams over one channel, as github.com/xtaci/smux writes them in its version 1. Agent and
 * plugin both use it. A frame: version, command (1 byte each), length (uint16), stream (uint32), little endian, and the
 * data. [S]
 */
export const MUX = { open: 0, finish: 1, push: 2, nothing: 3 } as const;

/** One frame; only `push` has data. */
export interface MuxFrame {
  readonly command: number;
  readonly stream: number;
  readonly data: Buffer;
}

const VERSION = 1;
const HEADER = 8;
const NO_DATA: Buffer = Buffer.alloc(0);

/** Maximum data of one frame in bytes, as both sides are configured. [S] */
const MOST_DATA = 32_768;

export function muxFrame(command: number, stream: number, data = NO_DATA): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUInt8(VERSION, 0);
  header.writeUInt8(command, 1);
  header.writeUInt16LE(data.length, 2);
  header.writeUInt32LE(stream, 4);
  return Buffer.concat([header, data]);
}

/** As many `push` frames as the data needs. */
export function pushFrames(stream: number, data: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < data.length; at += MOST_DATA)
    frames.push(muxFrame(MUX.push, stream, data.subarray(at, at + MOST_DATA)));
  return frames;
}

/** Assembles frames from bytes that are cut anywhere. */
export class MuxReader {
  #rest: Buffer = NO_DATA;

  /** The complete frames. `broken` if invalid data follows them; then nothing more can be read. */
  read(bytes: Buffer): { readonly frames: MuxFrame[]; readonly broken: boolean } {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const frames: MuxFrame[] = [];
    while (this.#rest.length >= HEADER) {
      const command = this.#rest.readUInt8(1);
      if (this.#rest.readUInt8(0) !== VERSION || command > MUX.nothing) return { frames, broken: true };
      const end = HEADER + (command === MUX.push ? this.#rest.readUInt16LE(2) : 0);
      if (this.#rest.length < end) break;
      frames.push({ command, stream: this.#rest.readUInt32LE(4), data: this.#rest.subarray(HEADER, end) });
      this.#rest = this.#rest.subarray(end);
    }
    return { frames, broken: false };
  }
}
