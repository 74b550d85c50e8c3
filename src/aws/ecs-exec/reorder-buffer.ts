/** How far ahead of the expected frame a frame may be. Beyond that it counts as lost, and the agent sends it again. */
const MOST_EARLY = 10_000;

/** Puts the frames of one direction in order. Each is handled once, even if the network reorders or repeats it. */
export class ReorderBuffer<T> {
  readonly #early = new Map<number, T>();
  #expected = 0;

  /**
   * Returns the items to handle now, or undefined if the frame was not kept. Do not acknowledge such a frame.
   * Acknowledge every other frame, duplicates too: a lost acknowledgement blocks the head of the agent's queue.
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
