/** Frames that may wait for an earlier one; beyond that a frame counts as lost, and the agent sends it again. */
const MOST_EARLY = 10_000;

/** Puts the frames of one direction in order, each handled once, whatever the wire did to them. */
export class Inbox<T> {
  readonly #early = new Map<number, T>();
  #expected = 0;

  /**
   * What may be handled now. Undefined where the frame was not kept: it must not be acknowledged. Any other frame must
   * be, a duplicate too: its first acknowledgement may have been lost, which blocks the head of the agent's queue.
   */
  take(sequence: number, item: T): readonly T[] | undefined {
    if (sequence < this.#expected) return [];
    if (sequence > this.#expected) {
      if (sequence - this.#expected > MOST_EARLY) return undefined;
      this.#early.set(sequence, item);
      return [];
    }
    const ready = [item];
    this.#early.delete(this.#expected++);
    for (let next = this.#early.get(this.#expected); next !== undefined; next = this.#early.get(this.#expected)) {
      this.#early.delete(this.#expected++);
      ready.push(next);
    }
    return ready;
  }
}
