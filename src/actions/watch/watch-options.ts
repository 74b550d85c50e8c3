import type { Clock } from "../../domain/ports.ts";
import type { ActionServices } from "../../domain/services.ts";
import type { Target } from "../../domain/target.ts";

/** The options of a watch. Nothing of it writes. */
export interface WatchOptions {
  readonly services: Pick<ActionServices, "aws" | "schema"> & Partial<Pick<ActionServices, "failedRevisions">>;
  readonly target: Target;
  readonly clock: Clock;
  /** Ends the watch early; what was seen until then is judged. */
  readonly signal: AbortSignal;
  readonly minutes: number;
  /** Epoch ms: the baseline lies before this. By default, before the watch or the deployments that led to it. */
  readonly before?: number;
  /** Epoch ms: when tasks that the caller has just added are warm. By default, only deployments decide. */
  readonly warmUntil?: number;
  /** The only revision whose watching proves something. By default, whatever is deployed is watched. */
  readonly revision?: string;
  /** Tells what holds up the preparation: until its end there is no report to show. */
  readonly say?: (text: string) => void;
}

/** What the preparation found, and what it could not find out. */
export type ReportNote = (text: string) => void;
