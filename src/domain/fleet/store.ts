import type { TableItem, TargetEvent } from "./run.ts";

/**
 * The table of fleets: plans, approvals, answers and brakes, beside the executions. What is put stays: an item is written
 * on the condition that its key is free. Errors are those of `SharedLog`.
 */
export interface FleetStore {
  /** Where it is, as it is configured. */
  readonly name: string;
  /** Writes one item. `taken`: one with its key is there already. */
  put(item: TableItem): Promise<"written" | "taken">;
  /** As of now (a consistent read). */
  read(pk: string, sk: string): Promise<TableItem | undefined>;
  /** All items of a key, as of now. Reads all pages. */
  list(pk: string): Promise<readonly TableItem[]>;
  /** Sets the brake of a wave: nothing more of it starts. The first one who did stays on record. */
  stop(run: string, wave: string, by: Stop): Promise<void>;
  /** Records that the machine itself is over since then (RFC 3339): no worker of the wave is started again. */
  halt(run: string, wave: string, at: string): Promise<void>;
  /** The last records of an execution, back to its last step, in order. */
  tail(execution: string): Promise<readonly TargetEvent[]>;
}

/** Who stopped a run by hand (ARN; absent where AWS did not say it), and when (RFC 3339, UTC). */
export interface Stop {
  readonly by?: string | undefined;
  readonly at: string;
}

/** The key of a run's plans: one a target, and those below beside them. */
export const plansKey = (run: string): string => `plan#${run}`;
/** Sort keys that are no target's: what the plans make together, the input of the machine, and who has started it. */
export const FLEET_ITEM = "#fleet";
export const WAVES_ITEM = "#waves";
export const START_ITEM = "#start";
/** Who has started the machine again, and with what input. */
export const startAgainItem = (attempt: number): string => `${START_ITEM}#${attempt}`;
