import type { WebSocket } from "ws";
import type { ChannelFaults } from "./faults.ts";

/** A frame that is held back to be overtaken is sent after this time (real ms). */
const HELD = 50;

/** The connection to the current client, with the faults that happen on it. */
export class ClientConnection {
  readonly #trouble: ChannelFaults;
  #socket: WebSocket | undefined;
  #held: Buffer | undefined;
  #letGo: NodeJS.Timeout | undefined;
  /** Bytes of output sent, without retransmissions. */
  #sent = 0;
  #dropped = false;

  constructor(trouble: ChannelFaults) {
    this.#trouble = trouble;
  }

  get connected(): boolean {
    return this.#socket !== undefined;
  }

  get sent(): number {
    return this.#sent;
  }

  /** Gives the line to the newest client. `lost` is called when that client disconnects. */
  connect(socket: WebSocket, lost: () => void): void {
    this.#socket?.terminate();
    this.#socket = socket;
    socket.once("close", () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      lost();
    });
  }

  /** Sends a frame that carries `bytes` of output. Only such frames are affected by faults. */
  send(frame: Buffer, bytes: number): void {
    if (this.#socket === undefined) return;
    this.#sent += bytes;
    this.#misorder(frame);
    if (this.#trouble.duplicates) this.#put(frame);
    if (this.#dropped || this.#trouble.dropAt === undefined || this.#sent < this.#trouble.dropAt) return;
    this.#dropped = true;
    this.#socket.terminate();
  }

  /** Sends a frame without any fault, after all earlier frames. */
  put(frame: Buffer): void {
    this.#flush();
    this.#put(frame);
  }

  hangUp(): void {
    this.#flush();
    this.#socket?.close(1000);
  }

  cut(): void {
    clearTimeout(this.#letGo);
    this.#socket?.terminate();
  }

  #misorder(frame: Buffer): void {
    if (this.#trouble.reorders && this.#held === undefined) {
      this.#held = frame;
      this.#letGo = setTimeout(() => this.#flush(), HELD).unref();
    } else {
      this.#put(frame);
      this.#flush();
    }
  }

  #flush(): void {
    clearTimeout(this.#letGo);
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.#put(held);
  }

  #put(frame: Buffer): void {
    if (this.#socket?.readyState === 1) this.#socket.send(frame);
  }
}
