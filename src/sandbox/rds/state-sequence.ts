import type { World } from "../world.ts";
import type { DbInstance } from "./model.ts";

/** One state in a sequence, and the real work during it. */
export interface Phase {
  readonly status: string;
  /** How long the state is shown, in virtual ms. */
  readonly ms: number;
  /** Real work: virtual time waits for it at the phase's end. */
  readonly work?: () => Promise<unknown>;
  readonly done?: () => void;
}

/** Our real work takes no longer (real ms). After this limit virtual time continues, and the state is shown longer. */
const LONGEST_WORK = 20_000;

/** Takes the instance through the phases to `last`. A newer sequence, or the end of the world, ends this one. */
export function runPhases(
  world: World,
  instance: DbInstance,
  phases: readonly Phase[],
  finish: () => void = () => {},
  last = "available",
): void {
  const turn = ++instance.turn;
  const isOver = (): boolean => world.ended || instance.turn !== turn;
  const enter = (index: number): void => {
    const phase = phases[index];
    if (phase === undefined) {
      instance.status = last;
      finish();
      return;
    }
    instance.status = phase.status;
    const work = phase.work?.();
    work?.catch(() => {}); // handled when the phase ends
    const leave = (): void => {
      if (isOver()) return;
      phase.done?.();
      enter(index + 1);
    };
    const fail = (error: unknown): void => {
      if (isOver()) return;
      world.log(`sandbox: ${instance.identifier}: ${String(error)}`);
      instance.status = "failed";
    };
    world.clock.after(phase.ms, () => {
      if (isOver()) return;
      if (work === undefined) leave();
      else world.clock.hold(work, LONGEST_WORK).then(leave, fail);
    });
  };
  enter(0);
}
