/** A due callback. `order` breaks ties: of equal instants, the one added first runs first. */
export interface Event {
  readonly due: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

/** A binary heap of events, earliest first. A cancelled event is dropped when it reaches the top. */
export class EventQueue {
  #heap: Event[] = [];
  #order = 0;

  /** Adds a callback due at virtual instant `due` (ms since the epoch). */
  add(due: number, run: () => void): Event {
    const event: Event = { due, order: this.#order++, run, cancelled: false };
    this.#heap.push(event);
    this.#up(this.#heap.length - 1);
    return event;
  }

  /** The earliest live event; it stays in the queue. */
  peek(): Event | undefined {
    while (this.#heap[0]?.cancelled) this.#removeFirst();
    return this.#heap[0];
  }

  /** Removes and returns the earliest live event if it is due at or before `now`. */
  takeDue(now: number): Event | undefined {
    const first = this.peek();
    if (first === undefined || first.due > now) return undefined;
    this.#removeFirst();
    return first;
  }

  clear(): void {
    this.#heap = [];
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#down(0);
  }

  #up(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#before(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #down(from: number): void {
    let index = from;
    for (;;) {
      const left = 2 * index + 1;
      let least = index;
      if (this.#before(left, least)) least = left;
      if (this.#before(left + 1, least)) least = left + 1;
      if (least === index) return;
      this.#swap(index, least);
      index = least;
    }
  }

  #before(a: number, b: number): boolean {
    const left = this.#heap[a];
    const right = this.#heap[b];
    if (left === undefined || right === undefined) return false;
    return left.due < right.due || (left.due === right.due && left.order < right.order);
  }

  #swap(a: number, b: number): void {
    const left = this.#heap[a];
    const right = this.#heap[b];
    if (left === undefined || right === undefined) return;
    this.#heap[a] = right;
    this.#heap[b] = left;
  }
}
