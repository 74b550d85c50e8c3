/** A frame that waits for its acknowledgement. */
interface UnacknowledgedFrame {
  readonly frame: Buffer;
  /** Bytes of its output that have not been sent to any client yet. */
  bytes: number;
  sentAt: number;
}

/** Sends a frame that carries `bytes` of new output. Returns false if it was not sent. */
type Transmit = (frame: Buffer, bytes: number) => boolean;

/** Real milliseconds, as the agent counts them (`ecs-exec.md` §2). [S] */
const CHECK_EVERY = 100;
const FIRST_RTT = 100;
const FIRST_TIMEOUT = 200;
const LONGEST_TIMEOUT = 1000;
const LEAST_MARGIN = 10;

/** Keeps sent frames until they are acknowledged. Sends the oldest again if its acknowledgement takes too long. */
export class RetransmitQueue {
  readonly #transmit: Transmit;
  readonly #onAcknowledged: () => void;
  readonly #waiting = new Map<number, UnacknowledgedFrame>();
  #next = 0;
  #rtt = FIRST_RTT;
  #variance = 0;
  #timeout = FIRST_TIMEOUT;
  #timer: NodeJS.Timeout | undefined;

  constructor(transmit: Transmit, onAcknowledged: () => void) {
    this.#transmit = transmit;
    this.#onAcknowledged = onAcknowledged;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Sends `encode(sequence number)`; `bytes` of it are the command's output. */
  send(bytes: number, encode: (sequence: number) => Buffer): void {
    const sequence = this.#next++;
    const frame = encode(sequence);
    const waiting = { frame, bytes, sentAt: 0 };
    this.#waiting.set(sequence, waiting);
    this.#timer ??= setInterval(() => this.#resendOldest(), CHECK_EVERY).unref();
    this.#put(waiting);
  }

  acknowledge(sequence: number): void {
    const waiting = this.#waiting.get(sequence);
    if (waiting === undefined) return;
    this.#waiting.delete(sequence);
    this.#measure(performance.now() - waiting.sentAt);
    if (this.#waiting.size === 0) this.stop();
    this.#onAcknowledged();
  }

  /** Sends all unacknowledged frames again, in order: after a client has reconnected or publication has resumed. */
  resendAll(): void {
    for (const waiting of this.#waiting.values()) this.#put(waiting);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #resendOldest(): void {
    const oldest = this.#waiting.values().next().value;
    if (oldest !== undefined && performance.now() - oldest.sentAt >= this.#timeout) this.#put(oldest);
  }

  #put(waiting: UnacknowledgedFrame): void {
    waiting.sentAt = performance.now();
    if (this.#transmit(waiting.frame, waiting.bytes)) waiting.bytes = 0;
  }

  #measure(sample: number): void {
    this.#variance = 0.75 * this.#variance + 0.25 * Math.abs(this.#rtt - sample);
    this.#rtt = 0.875 * this.#rtt + 0.125 * sample;
    this.#timeout = Math.min(LONGEST_TIMEOUT, this.#rtt + Math.max(LEAST_MARGIN, 4 * this.#variance));
  }
}
