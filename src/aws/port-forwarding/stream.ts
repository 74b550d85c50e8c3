import { Duplex } from "node:stream";
import { CMD, encodeMux, MOST_IN_FRAME, MuxFrames } from "./smux.ts";

interface StreamPorts {
  /** Sends to the agent, in order. */
  send(bytes: Buffer): void;
  /** The session is no longer needed. */
  closed(): void;
}

/** The id of the first stream that a client of xtaci/smux opens; servers take any. */
const ID = 3;

/** The most bytes that the plugin and the agent put into one frame of the data channel. */
const PIECE = 1024;

/** Agents before 3.1.1511 close a connection that is silent for half a minute. */
const ALIVE_MS = 10_000;

/** One connection over a port session: bytes written here arrive at the far port, and the reverse. */
export class TunnelStream extends Duplex {
  readonly #ports: StreamPorts;
  readonly #frames = new MuxFrames();
  #pulse: NodeJS.Timeout | undefined;

  constructor(ports: StreamPorts) {
    // Like a socket: when the far side ends, this side ends too.
    super({ allowHalfOpen: false });
    this.#ports = ports;
  }

  /** Call it once the agent takes input; the agent then dials the far port. */
  begin(): void {
    this.#say(CMD.syn);
    this.#pulse = setInterval(() => this.#ports.send(encodeMux(CMD.nop, 0)), ALIVE_MS);
  }

  /** Takes bytes from the agent, in pieces of any size. */
  receive(bytes: Buffer): void {
    const frames = this.#frames.push(bytes);
    if (frames === undefined) this.destroy(new Error("the agent does not speak smux, version 1"));
    for (const { cmd, stream, data } of frames ?? []) {
      if (stream !== ID) continue;
      if (cmd === CMD.push) this.push(data);
      if (cmd === CMD.fin) this.push(null);
    }
  }

  // Queries are small, so unacknowledged bytes wait in the channel without a limit.
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
