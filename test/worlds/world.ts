import type { Fault } from "../../src/sandbox/index.ts";
import type { NamedRecord, Passed } from "./life.ts";

export const PROCEDURES = [
  ...(["rollback", "down", "maintenance", "restore", "alerts", "upgrade"] as const),
  ...(["follow", "reconnects"] as const),
] as const;
export type Procedure = (typeof PROCEDURES)[number];

/** A runbook of one's own, which is told in a story and not drawn. */
const OWN = "own";

/** What only looks at the deployment that a pipeline has begun. */
export const READING: ReadonlySet<Procedure | typeof OWN> = new Set(["follow", "reconnects"]);

/** The n-th of these that a life passes (from 1), a record of a step, or so many virtual seconds after its start. */
export type Moment = { readonly passed: Passed; readonly nth: number } | NamedRecord | { readonly seconds: number };

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

/** `printed`: what `status` names as not put back is put back by the command that it prints; there may be nothing. */
export type Command = "start" | "resume" | "undo" | "printed";

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
  /** Somebody else takes the target's lock, and gives it back after this life. */
  readonly taken?: Moment;
  /** A pipeline deploys this revision. */
  readonly deploy?: { readonly at: Moment; readonly revision: number };
}

/** A world as plain data: all that is drawn of it. */
export interface World {
  readonly seed: number;
  readonly procedure: Procedure | typeof OWN;
  /** Its journal is in a table that both machines read. */
  readonly isShared?: true;
  /** So far the second machine's clock is ahead of the other one and of AWS; negative: behind. */
  readonly skewMs?: number;
  /** Where records stayed on another machine: the operator shares them there, or continues without them. */
  readonly onUnshared?: "share" | "take-over";
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
