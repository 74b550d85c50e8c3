import type { Naps } from "./naps.ts";
import { isAlive, ProcessWatch, type State, sessionOf, treeOf } from "./process-state.ts";

/** Programs that a program of this process has left behind: a job of a container whose session has ended works on. */
export class Orphans {
  readonly #pids = new Set<number>();
  readonly #watch: ProcessWatch;

  constructor(naps: Naps) {
    this.#watch = new ProcessWatch(() => [...this.#pids].flatMap(treeOf), naps);
  }

  /** `leader` has ended: what is left of its session counts from now on. */
  take(leader: number | undefined): void {
    if (leader !== undefined) for (const pid of sessionOf(leader)) this.#pids.add(pid);
  }

  state(): State {
    for (const pid of this.#pids) if (!isAlive(pid)) this.#pids.delete(pid);
    return this.#pids.size === 0 ? "waiting" : this.#watch.state();
  }
}
