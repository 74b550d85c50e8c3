import type { WebSocket } from "ws";
import type { ChannelTrouble } from "./faults.ts";

/** A frame held back to be overtaken is let go after this (real ms). */
const HELD = 50;

/** The wire to whichever client is connected, with what goes wrong on it. */
export class Line {
  readonly #trouble: ChannelTrouble;
  #socket: WebSocket | undefined;
  #held: Buffer | undefined;
  #letGo: NodeJS.Timeout | undefined;
  /** Bytes of output sent the first time. */
  #sent = 0;
  #dropped = false;

  constructor(trouble: ChannelTrouble) {
    this.#trouble = trouble;
  }

  get connected(): boolean {
    return this.#socket !== undefined;
  }

  get sent(): number {
    return this.#sent;
  }

  /** The newest client has the line; `lost` is called when it goes. */
  connect(socket: WebSocket, lost: () => void): void {
    this.#socket?.terminate();
    this.#socket = socket;
    socket.once("close", () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      lost();
    });
  }

  /** A frame that carries `bytes` of output; what goes wrong happens to such frames only. */
  send(frame: Buffer, bytes: number): void {
    if (this.#socket === undefined) return;
    this.#sent += bytes;
    this.#misorder(frame);
    if (this.#trouble.duplicates) this.#put(frame);
    if (this.#dropped || this.#trouble.dropAt === undefined || this.#sent < this.#trouble.dropAt) return;
    this.#dropped = true;
    this.#socket.terminate();
  }

  /** A frame that is not touched by any trouble, after all before it. */
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
