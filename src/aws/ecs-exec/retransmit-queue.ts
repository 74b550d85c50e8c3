interface UnacknowledgedFrame {
  readonly frame: Buffer;
  sentAt: number;
  /** Karn's rule: a frame that was sent twice tells nothing about the round trip. */
  resent: boolean;
}

/** Milliseconds, as plugin and agent count them (`ecs-exec.md` §2, sequencing). */
const FIRST_ROUND_TRIP = 100;
const FIRST_TIMEOUT = 200;
const LONGEST_TIMEOUT = 1000;
const LEAST_MARGIN = 10;
/** About five minutes without any acknowledgement. */
const MOST_RESENDS = 3000;

/** Keeps each input frame until it is acknowledged. On a timeout, only the oldest frame is sent again. */
export class RetransmitQueue {
  readonly #send: (frame: Buffer) => void;
  readonly #waiting = new Map<number, UnacknowledgedFrame>();
  #next = 0;
  #resends = 0;
  #roundTrip = FIRST_ROUND_TRIP;
  #variation = 0;
  #timeout = FIRST_TIMEOUT;

  constructor(send: (frame: Buffer) => void) {
    this.#send = send;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get hopeless(): boolean {
    return this.#resends >= MOST_RESENDS;
  }

  put(encode: (sequence: number) => Buffer, now: number): void {
    const sequence = this.#next++;
    const waiting = { frame: encode(sequence), sentAt: now, resent: false };
    this.#waiting.set(sequence, waiting);
    this.#send(waiting.frame);
  }

  acknowledge(sequence: number, now: number): void {
    const waiting = this.#waiting.get(sequence);
    if (waiting === undefined) return;
    this.#waiting.delete(sequence);
    this.#resends = 0;
    if (!waiting.resent) this.#measure(now - waiting.sentAt);
  }

  /** To be called every 50 to 100 ms. */
  tick(now: number): void {
    const oldest = this.#waiting.values().next().value;
    if (oldest !== undefined && now - oldest.sentAt >= this.#timeout) this.#again(oldest, now);
  }

  /** After a reconnect: sends every waiting frame again, in order. */
  resendAll(now: number): void {
    for (const waiting of this.#waiting.values()) this.#again(waiting, now);
  }

  #again(waiting: UnacknowledgedFrame, now: number): void {
    waiting.sentAt = now;
    waiting.resent = true;
    this.#resends++;
    this.#send(waiting.frame);
  }

  #measure(sample: number): void {
    this.#variation = 0.75 * this.#variation + 0.25 * Math.abs(this.#roundTrip - sample);
    this.#roundTrip = 0.875 * this.#roundTrip + 0.125 * sample;
    this.#timeout = Math.min(LONGEST_TIMEOUT, this.#roundTrip + Math.max(LEAST_MARGIN, 4 * this.#variation));
  }
}
