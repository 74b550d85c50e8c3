import { Duplex } from "node:stream";
import { CMD, encodeMux, MOST_IN_FRAME, MuxFrames } from "./smux.ts";

interface StreamPorts {
  /** Towards the agent, in order. */
  send(bytes: Buffer): void;
  /** Nobody needs the session any more. */
  closed(): void;
}

/** The first one that a client of xtaci/smux opens; servers take any. */
const ID = 3;

/** What the plugin and the agent put into one frame of the data channel. */
const PIECE = 1024;

/** Agents before 3.1.1511 hang up on whoever says nothing for half a minute. */
const ALIVE_MS = 10_000;

/** One connection over a port session: what is written here comes out at the far port, and the other way round. */
export class TunnelStream extends Duplex {
  readonly #ports: StreamPorts;
  readonly #frames = new MuxFrames();
  #pulse: NodeJS.Timeout | undefined;

  constructor(ports: StreamPorts) {
    // As a socket does: once the far side has ended, so does this one.
    super({ allowHalfOpen: false });
    this.#ports = ports;
  }

  /** Once the agent takes input; it dials the far port then. */
  begin(): void {
    this.#say(CMD.syn);
    this.#pulse = setInterval(() => this.#ports.send(encodeMux(CMD.nop, 0)), ALIVE_MS);
  }

  /** Bytes from the agent, in any pieces. */
  receive(bytes: Buffer): void {
    const frames = this.#frames.push(bytes);
    if (frames === undefined) this.destroy(new Error("the agent does not speak smux, version 1"));
    for (const { cmd, stream, data } of frames ?? []) {
      if (stream !== ID) continue;
      if (cmd === CMD.push) this.push(data);
      if (cmd === CMD.fin) this.push(null);
    }
  }

  // Queries are small: what the agent has not acknowledged waits in the channel, without any limit of its own.
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    for (const data of pieces(chunk, MOST_IN_FRAME)) this.#say(CMD.push, data);
    done();
  }

  override _read(): void {}

  override _final(done: () => void): void {
    this.#say(CMD.fin);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearInterval(this.#pulse);
    this.#ports.closed();
    done(error);
  }

  #say(cmd: number, data?: Buffer): void {
    for (const piece of pieces(encodeMux(cmd, ID, data), PIECE)) this.#ports.send(piece);
  }
}

function* pieces(bytes: Buffer, most: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += most) yield bytes.subarray(at, at + most);
}
