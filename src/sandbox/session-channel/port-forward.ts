import { PAYLOAD } from "./agent-message.ts";
import type { SessionEndpoint, Watcher } from "./endpoint.ts";
import { PortHandshake, type PortProperties } from "./port-handshake.ts";
import { PortStream } from "./port-stream.ts";
import { MUX, type MuxFrame, MuxReader, muxFrame, pushFrames } from "./smux.ts";

/** The values of a `flag` frame, uint32 big endian. [S] */
const FLAG = { terminateSession: 2, connectToPortError: 3 } as const;

/** The agent sends at most this many bytes of its streams in one frame. [S] */
const MOST = 1024;

/** Bytes that may wait for destinations that do not read. Beyond them the agent's multiplexer stops reading. [S] */
const MOST_UNREAD = 4 * 1024 * 1024;

/**
 * The agent's side of a forwarded port. It accepts the streams that the client opens, connects each, and copies both
 * ways. It accepts a client's keep-alive frames but sends none, as agents do for clients after 1.2.331.0. Such frames
 * would keep an idle session from timing out. [S]
 */
export class PortForward implements SessionEndpoint {
  readonly #watcher: Watcher;
  readonly #destination: () => number | undefined;
  readonly #handshake: PortHandshake;
  readonly #reader = new MuxReader();
  readonly #streams = new Map<number, PortStream>();
  #isPaused = false;
  #isOver = false;

  /**
   * `destination` finds the port of this machine to connect to, again for each stream. Undefined if none is allowed.
   */
  constructor(watcher: Watcher, properties: PortProperties, destination: () => number | undefined) {
    this.#watcher = watcher;
    this.#destination = destination;
    this.#handshake = new PortHandshake(watcher, properties);
  }

  get accepts(): boolean {
    let unread = 0;
    for (const stream of this.#streams.values()) unread += stream.unread;
    return unread < MOST_UNREAD;
  }

  take(payloadType: number | undefined, payload: Buffer): void {
    if (this.#isOver) return;
    if (payloadType === PAYLOAD.handshakeResponse) this.#handshake.answer(payload);
    else if (!this.#handshake.isComplete) return;
    else if (payloadType === PAYLOAD.output) this.#input(payload);
    else if (payloadType === PAYLOAD.flag && readFlag(payload) === FLAG.terminateSession) this.#end();
  }

  pause(): void {
    this.#isPaused = true;
    for (const stream of this.#streams.values()) stream.pause();
  }

  resume(): void {
    this.#isPaused = false;
    for (const stream of this.#streams.values()) stream.resume();
  }

  kill(): void {
    this.destroy();
  }

  destroy(): void {
    this.#isOver = true;
    this.#handshake.stop();
    for (const stream of this.#streams.values()) stream.destroy();
    this.#streams.clear();
  }

  #end(): void {
    this.destroy();
    this.#watcher.ended();
  }

  /** Invalid data ends the session, as it ends the agent's multiplexer. [S] */
  #input(bytes: Buffer): void {
    const { frames, broken } = this.#reader.read(bytes);
    for (const frame of frames) this.#handle(frame);
    if (broken) this.#end();
  }

  /** Frames for a stream that is not open have no effect, nor does opening an open stream. [S] */
  #handle({ command, stream: id, data }: MuxFrame): void {
    const stream = this.#streams.get(id);
    if (command === MUX.open && stream === undefined) this.#open(id);
    else if (command === MUX.push) stream?.write(data);
    else if (command === MUX.finish) stream?.finish();
  }

  #open(id: number): void {
    const port = this.#destination();
    if (port === undefined) {
      this.#refuse();
      this.#send(muxFrame(MUX.finish, id));
      return;
    }
    const stream = new PortStream(port, {
      read: (bytes) => this.#push(id, bytes),
      refused: () => this.#refuse(),
      over: () => this.#over(id, stream),
      drained: () => this.#watcher.ready(),
    });
    this.#streams.set(id, stream);
    if (this.#isPaused) stream.pause();
  }

  #push(id: number, bytes: Buffer): void {
    if (this.#streams.has(id)) for (const frame of pushFrames(id, bytes)) this.#send(frame);
  }

  /** A stream is closed in both directions at once. [S] */
  #over(id: number, stream: PortStream): void {
    if (this.#streams.get(id) !== stream) return;
    this.#streams.delete(id);
    this.#send(muxFrame(MUX.finish, id));
    this.#watcher.ready();
  }

  /** The flag does not name the stream that could not be connected. The end of that stream follows. [S] */
  #refuse(): void {
    if (this.#isOver) return;
    const flag = Buffer.alloc(4);
    flag.writeUInt32BE(FLAG.connectToPortError);
    this.#watcher.send(PAYLOAD.flag, flag);
  }

  #send(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += MOST) this.#watcher.send(PAYLOAD.output, bytes.subarray(at, at + MOST));
  }
}

const readFlag = (payload: Buffer): number => (payload.length < 4 ? 0 : payload.readUInt32BE(0));
