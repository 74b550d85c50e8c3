import { decodeFrame, encodeFrame, FLAGS, type Frame, PAYLOAD } from "./agent-message.ts";
import { answerHandshake } from "./handshake.ts";
import { acknowledged, acknowledging, exitCode, lastWord, size } from "./message-payload.ts";
import { Inbox } from "./reorder-buffer.ts";
import { Outbox } from "./retransmit-queue.ts";

/** The world of a session, so that the session itself knows neither sockets nor timers. */
export interface CorePorts {
  /** To the service; whatever gets lost is sent again. */
  send(frame: Buffer): void;
  /** The command's output, each byte once and in order. */
  output(bytes: Buffer): void;
  /** The agent has ended its handshake, where the session has one: what was typed earlier, it has dropped. */
  ready?(): void;
  /** Epoch milliseconds, for headers. */
  now(): number;
  /** Milliseconds of a clock that only goes forward. */
  elapsed(): number;
  newId(): string;
}

/** How a session came to its end on the protocol's own level. */
export type CoreEnd =
  | { readonly kind: "closed"; readonly message: string; readonly flag?: number }
  | { readonly kind: "encrypted" }
  | { readonly kind: "unanswered" };

/** Both directions of one session; it outlives sockets, since all its counters go on after ResumeSession. */
export class SessionCore {
  readonly #ports: CorePorts;
  readonly #inbox = new Inbox<Frame>();
  readonly #outbox: Outbox;
  #paused = false;
  #end: CoreEnd | undefined;
  /** What the agent says the command ended with; session types other than ECS Exec's do. */
  agentExitCode: number | undefined;
  /** Frames that arrived damaged. */
  damaged = 0;

  constructor(ports: CorePorts) {
    this.#ports = ports;
    this.#outbox = new Outbox((frame) => ports.send(frame));
  }

  get end(): CoreEnd | undefined {
    return this.#end;
  }

  /** Frames of input that nobody has acknowledged. */
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

  /** To be called about every 100 ms. */
  tick(): void {
    if (this.#end !== undefined || this.#paused) return;
    if (this.#outbox.hopeless) this.#end = { kind: "unanswered" };
    else this.#outbox.tick(this.#ports.elapsed());
  }

  /** A new socket leads to the session. */
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
