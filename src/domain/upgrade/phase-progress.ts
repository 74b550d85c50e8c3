import { formatDuration } from "../time.ts";
import { PHASES, type Phase } from "./phases.ts";

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

const STATES = { done: "done", now: "in progress", failed: "failed", ahead: "ahead" } as const;

/** One phase in one line, for a log and for the waits of an upgrade: `3/7 task start, done: 3/3 started`. */
export function phaseLine({ phase, state, sentence, until }: PhaseProgress, now: number): string {
  const left = until === undefined ? 0 : (Date.parse(until.at) - now) / 1000;
  const end = until === undefined ? "" : `; ${until.what} ${left > 0 ? `in ${formatDuration(left)}` : "at any moment"}`;
  // What is not visible says so itself.
  const word = state === "unseen" ? "" : `, ${STATES[state]}`;
  return `${phase}/7 ${PHASES[phase - 1]}${word}: ${sentence}${end}`;
}
