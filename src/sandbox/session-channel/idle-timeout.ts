import type { VirtualClock } from "../clock/virtual-clock.ts";

/** Calls `onIdle` once, when there was no `touch` for `limit` virtual ms. */
export class IdleTimeout {
  readonly #clock: VirtualClock;
  readonly #limit: number;
  readonly #onIdle: () => void;
  #active: number;
  #isOver = false;

  constructor(clock: VirtualClock, limit: number, onIdle: () => void) {
    this.#clock = clock;
    this.#limit = limit;
    this.#onIdle = onIdle;
    this.#active = clock.now();
    this.#check();
  }

  touch(): void {
    this.#active = this.#clock.now();
  }

  stop(): void {
    this.#isOver = true;
  }

  #check(): void {
    if (this.#isOver) return;
    const due = this.#active + this.#limit;
    if (this.#clock.now() >= due) this.#onIdle();
    else this.#clock.at(due, () => this.#check());
  }
}
