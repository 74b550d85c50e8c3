import type { Fault } from "../../src/sandbox/index.ts";
import type { Passed } from "./life.ts";

export const PROCEDURES = [
  ...(["rollback", "down", "maintenance", "restore", "alerts", "upgrade"] as const),
  ...(["follow", "reconnects"] as const),
] as const;
export type Procedure = (typeof PROCEDURES)[number];

/** What only looks at the deployment that a pipeline has begun. */
export const READING: ReadonlySet<Procedure> = new Set(["follow", "reconnects"]);

/** The n-th of these that a life passes (from 1), or so many virtual seconds after its start. */
export type Moment = { readonly passed: Passed; readonly nth: number } | { readonly seconds: number };

/** Where a life dies. `torn`: with half of the journal's next record written. */
export type Death = Moment | { readonly torn: number };

/** A second operator's command, beside a life. */
export interface Second {
  readonly at: Moment;
  /** `start`: the same procedure again; else this command of the first one's execution. */
  readonly command: Command;
  /** On another machine, with a state folder of its own. */
  readonly isElsewhere: boolean;
  readonly takesOver: boolean;
}

export type Command = "start" | "resume" | "undo";

/** One process of the operator, and what happens while it lives. */
export interface LifePlan {
  readonly command: Command;
  readonly faults: readonly Fault[];
  /** On the second machine, with a state folder of its own; only where the journal is shared. */
  readonly isElsewhere?: boolean;
  /** Ctrl-C. */
  readonly stop?: Moment;
  readonly death?: Death;
  readonly second?: Second;
  /** A pipeline deploys this revision. */
  readonly deploy?: { readonly at: Moment; readonly revision: number };
}

/** A world as plain data: all that is drawn of it. */
export interface World {
  readonly seed: number;
  readonly procedure: Procedure;
  /** Its journal is in a table that both machines read. */
  readonly isShared?: true;
  readonly scenario: string;
  /** The choices of the procedure, as flags. */
  readonly flags: readonly string[];
  /** What --expect-current says at the start, where that is wrong. */
  readonly wrongCurrent?: string;
  readonly lives: readonly LifePlan[];
  /** What is done with the execution in the end. */
  readonly ending: "resume" | "undo";
  /** The last life's faults stay until the end. */
  readonly areFaultsLasting: boolean;
  /** The second of a minute at which the world begins. */
  readonly begins: number;
}
