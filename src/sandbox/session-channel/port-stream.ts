import { connect, type Socket } from "node:net";

/** Who hears of a stream's connection. */
export interface StreamListener {
  read(bytes: Buffer): void;
  /** Nothing listens there; `over` follows. */
  refused(): void;
  /** The connection has ended, from whichever side. Heard more than once. */
  over(): void;
  /** All that was written has gone out. */
  drained(): void;
}

/** One stream of a port session: a connection to a port of this machine. It has no half-closed state. [S] */
export class PortStream {
  readonly #socket: Socket;

  constructor(port: number, listener: StreamListener) {
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true });
    let isConnected = false;
    this.#socket.once("connect", () => {
      isConnected = true;
    });
    this.#socket.on("data", (bytes) => listener.read(bytes));
    this.#socket.on("drain", () => listener.drained());
    this.#socket.on("error", () => {
      if (!isConnected) listener.refused();
    });
    this.#socket.once("end", () => listener.over());
    this.#socket.once("close", () => listener.over());
  }

  /** Bytes that the other side has not taken. */
  get unread(): number {
    return this.#socket.writableLength;
  }

  write(bytes: Buffer): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  /** The client has no more to say: what it said still goes out, then the connection ends. [S] */
  finish(): void {
    this.#socket.destroySoon();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
