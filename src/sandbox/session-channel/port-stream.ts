import { connect, type Socket } from "node:net";

/** What a stream reports about its connection. */
export interface StreamListener {
  read(bytes: Buffer): void;
  /** Nothing listens on the port. `over` follows. */
  refused(): void;
  /** One of the two sides has ended the connection. May be called more than once. */
  over(): void;
  /** Everything written has been sent. */
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

  /** Bytes that the other side has not read yet. */
  get unread(): number {
    return this.#socket.writableLength;
  }

  write(bytes: Buffer): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  /** The client sends nothing more. Bytes written before are still sent, then the connection ends. [S] */
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
