import { decodeFrame, encodeFrame, FLAGS, type Frame, PAYLOAD } from "./agent-message.ts";
import { answerHandshake } from "./handshake.ts";
import { acknowledged, acknowledging, exitCode, lastWord, size } from "./message-payload.ts";
import { ReorderBuffer } from "./reorder-buffer.ts";
import { RetransmitQueue } from "./retransmit-queue.ts";

/** The dependencies of a session, so that the session itself knows neither sockets nor timers. */
export interface CorePorts {
  /** Sends to the service; lost frames are sent again. */
  send(frame: Buffer): void;
  /** The command's output, each byte once and in order. */
  output(bytes: Buffer): void;
  /** The agent has completed its handshake, if the session has one. It has dropped all earlier input. */
  ready?(): void;
  /** Epoch milliseconds, for headers. */
  now(): number;
  /** Milliseconds of a monotonic clock. */
  elapsed(): number;
  newId(): string;
}

/** How a session ended at the level of the protocol. */
export type CoreEnd =
  | { readonly kind: "closed"; readonly message: string; readonly flag?: number }
  | { readonly kind: "encrypted" }
  | { readonly kind: "unanswered" };

/** Both directions of one session. It outlives its sockets: all its counters continue after ResumeSession. */
export class SessionCore {
  readonly #ports: CorePorts;
  readonly #inbox = new ReorderBuffer<Frame>();
  readonly #outbox: RetransmitQueue;
  #paused = false;
  #end: CoreEnd | undefined;
  /** The command's exit code as the agent reports it. Only session types other than ECS Exec's report one. */
  agentExitCode: number | undefined;
  /** Frames that arrived damaged. */
  damaged = 0;

  constructor(ports: CorePorts) {
    this.#ports = ports;
    this.#outbox = new RetransmitQueue((frame) => ports.send(frame));
  }

  get end(): CoreEnd | undefined {
    return this.#end;
  }

  /** The number of input frames without an acknowledgement. */
  get waiting(): number {
    return this.#outbox.waiting;
  }

  receive(bytes: Buffer): void {
    const frame = decodeFrame(bytes);
    if (frame === undefined) this.damaged++;
    else if (this.#end === undefined) this.#dispatch(frame);
  }

  type(bytes: Buffer): void {
    this.#put(PAYLOAD.output, bytes);
  }

  resize(columns: number, rows: number): void {
    this.#put(PAYLOAD.size, size(columns, rows));
  }

  /** To be called every 50 to 100 ms. */
  tick(): void {
    if (this.#end !== undefined || this.#paused) return;
    if (this.#outbox.hopeless) this.#end = { kind: "unanswered" };
    else this.#outbox.tick(this.#ports.elapsed());
  }

  /** A new socket is connected to the session. */
  reconnected(): void {
    this.#paused = false;
    this.#outbox.resendAll(this.#ports.elapsed());
  }

  #dispatch(frame: Frame): void {
    if (frame.type === "output_stream_data") this.#take(frame);
    else if (frame.type === "acknowledge") this.#onAcknowledged(frame);
    else if (frame.type === "channel_closed") this.#end = { kind: "closed", message: lastWord(frame.payload) };
    else if (frame.type === "pause_publication") this.#paused = true;
    else if (frame.type === "start_publication") this.#paused = false;
  }

  #onAcknowledged(frame: Frame): void {
    const sequence = acknowledged(frame.payload);
    if (sequence !== undefined) this.#outbox.acknowledge(sequence, this.#ports.elapsed());
  }

  #take(frame: Frame): void {
    const ready = this.#inbox.take(frame.sequence, frame);
    if (ready === undefined) return;
    this.#ports.send(this.#frame("acknowledge", 0, FLAGS.whole, 0, acknowledging(frame)));
    for (const one of ready) this.#handle(one);
  }

  #handle({ payloadType, payload }: Frame): void {
    switch (payloadType) {
      case PAYLOAD.output:
      case PAYLOAD.error:
      case PAYLOAD.stderr:
        this.#ports.output(payload);
        break;
      case PAYLOAD.handshakeRequest:
        this.#shakeHands(payload);
        break;
      case PAYLOAD.handshakeComplete:
        this.#ports.ready?.();
        break;
      case PAYLOAD.challengeRequest:
        this.#end = { kind: "encrypted" };
        break;
      case PAYLOAD.exitCode:
        this.agentExitCode = exitCode(payload);
        break;
      case PAYLOAD.flag:
        this.#end = flagged(payload);
    }
  }

  #shakeHands(request: Buffer): void {
    const { response, encrypted } = answerHandshake(request);
    this.#put(PAYLOAD.handshakeResponse, response);
    if (encrypted) this.#end = { kind: "encrypted" };
  }

  #put(payloadType: number, payload: Buffer): void {
    this.#outbox.put(
      (sequence) => this.#frame("input_stream_data", sequence, FLAGS.none, payloadType, payload),
      this.#ports.elapsed(),
    );
  }

  #frame(type: string, sequence: number, flags: number, payloadType: number, payload: Buffer): Buffer {
    const id = this.#ports.newId();
    return encodeFrame({ type, createdAt: this.#ports.now(), sequence, flags, id, payloadType, payload });
  }
}

function flagged(payload: Buffer): CoreEnd {
  const message = `The agent raised flag ${payload.toString("hex")}.`;
  return payload.length < 4 ? { kind: "closed", message } : { kind: "closed", message, flag: payload.readUInt32BE(0) };
}
