import type { Phase } from "./phases.ts";

/** `unseen`: nothing shows it from here. */
export type PhaseState = "done" | "now" | "ahead" | "failed" | "unseen";

/** What is visible of one phase of an upgrade, at one moment. */
export interface PhaseProgress {
  readonly phase: Phase;
  readonly state: PhaseState;
  /** RFC 3339: when it began, where that is known. */
  readonly since?: string;
  /** How long it took; absent while it lasts. */
  readonly seconds?: number;
  /** Without times that pass: it differs only where something has happened. */
  readonly sentence: string;
  readonly until?: Deadline;
  /** What the operator can do about it; absent where waiting is right. */
  readonly action?: string;
  /** Rows below it: who blocks whom, each target, each task. */
  readonly details: readonly string[];
}

/** A moment that the phase waits for. */
export interface Deadline {
  /** RFC 3339 */
  readonly at: string;
  /** `ECS stops the task` */
  readonly what: string;
}

/** The phase that decides what to say first: one that failed, one that needs the operator, else the first that lasts. */
export function currentPhase(phases: readonly PhaseProgress[]): PhaseProgress | undefined {
  return (
    phases.find(({ state }) => state === "failed") ??
    phases.find(({ state, action }) => state === "now" && action !== undefined) ??
    phases.find(({ state }) => state === "now") ??
    phases.find(({ state }) => state === "ahead") ??
    phases.at(-1)
  );
}

/** Equal as long as nothing has happened: times that pass do not count. */
export const phasesKey = (phases: readonly PhaseProgress[]): string =>
  phases.map(({ phase, state, sentence, action }) => [phase, state, sentence, action].join(" ")).join("\n");
