import type { PhaseProgress } from "../../../domain/upgrade/phase-progress.ts";
import type { Phase } from "../../../domain/upgrade/phases.ts";

/** Remembers when each phase was first seen done: nothing else says when tasks became healthy. */
export class PhaseClock {
  readonly #begun = new Map<Phase, number>();
  readonly #done = new Map<Phase, number>();

  /** The same phases with the seconds that they took, as far as they were seen to begin and to end. `now`: epoch ms. */
  note(phases: readonly PhaseProgress[], now: number): readonly PhaseProgress[] {
    return phases.map((one) => this.#withSeconds(one, now));
  }

  #withSeconds(one: PhaseProgress, now: number): PhaseProgress {
    const { phase, state, since, seconds } = one;
    if (state === "now") {
      if (!this.#begun.has(phase)) this.#begun.set(phase, since === undefined ? now : Date.parse(since));
      this.#done.delete(phase);
    }
    const begun = this.#begun.get(phase);
    if (state !== "done" || seconds !== undefined || begun === undefined) return one;
    if (!this.#done.has(phase)) this.#done.set(phase, now);
    return { ...one, seconds: Math.max(0, Math.round(((this.#done.get(phase) ?? now) - begun) / 1000)) };
  }
}
