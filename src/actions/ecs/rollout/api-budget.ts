/** Counts calls within a sliding minute. Reads during a wait must not use up the account's API quota. */
export class CallBudget {
  readonly #most: number;
  #held = 0;
  #spent: readonly { readonly at: number; readonly calls: number }[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Leaves so many calls a minute to reads in a fixed pace beside this, until the answer is called. */
  hold(calls: number): () => void {
    this.#held += calls;
    return () => {
      this.#held -= calls;
    };
  }

  /** Whether others read beside. */
  get isShared(): boolean {
    return this.#held > 0;
  }

  /** Ms from `now` until so many calls fit, with `reserve` calls still left. */
  waitFor(calls: number, now: number, reserve = 0): number {
    this.#forget(now);
    let excess = this.#sum() + calls + reserve - (this.#most - this.#held);
    for (const { at, calls: given } of this.#spent) {
      if (excess <= 0) break;
      excess -= given;
      if (excess <= 0) return at + MINUTE_MS - now;
    }
    return 0;
  }

  /**
   * Ms between single calls that go on evenly through the minute and always leave the reserve. Calls at a pace that the
   * minute does not have would end in a pause, and what happens in it would be seen late.
   */
  evenPace(now: number, reserve: number): number {
    this.#forget(now);
    let room = this.#most - this.#held - reserve - this.#sum();
    let pace = 0;
    for (const { at, calls } of this.#spent) {
      pace = Math.max(pace, (at + MINUTE_MS - now) / (Math.max(0, room) + 1));
      room += calls;
    }
    return pace;
  }

  spend(calls: number, now: number): void {
    this.#forget(now);
    this.#spent = [...this.#spent, { at: now, calls }];
  }

  #forget(now: number): void {
    this.#spent = this.#spent.filter(({ at }) => at > now - MINUTE_MS);
  }

  #sum(): number {
    return this.#spent.reduce((sum, { calls }) => sum + calls, 0);
  }
}

const MINUTE_MS = 60_000;
