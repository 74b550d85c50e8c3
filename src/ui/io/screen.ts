import type { Plan } from "../../domain/plan.ts";
import type { Io } from "../../domain/ports.ts";

/** The Io port, and what else a command needs. */
export interface Screen extends Io {
  /** Learns the numbers and titles of a plan's steps, for the lines about them. */
  learn(plan: Plan): void;
  /** The same of an execution that continues: its steps in their order. */
  learnSteps(steps: readonly { readonly id: string; readonly title: string }[]): void;
  /** Prose, whole lines; safe while a live view is running. */
  say(text: string): void;
  /** Restores the terminal: cursor, modes. May be called at any time and more than once. */
  close(): void;
}

/** Rings at a terminal. */
export const BELL = "\u0007";

/** Somewhere to write text. */
export interface Sink {
  write(text: string): unknown;
}
