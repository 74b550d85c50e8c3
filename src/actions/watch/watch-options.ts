import type { Clock } from "../../domain/ports.ts";
import type { World } from "../../domain/services.ts";
import type { Target } from "../../domain/target.ts";

/** A watch of a service, as it is ordered. Nothing of it writes. */
export interface Watching {
  readonly world: Pick<World, "aws" | "schema">;
  readonly target: Target;
  readonly clock: Clock;
  /** Ends the watch early; what was seen until then is judged. */
  readonly signal: AbortSignal;
  readonly minutes: number;
  /** Epoch ms: what is compared with lies before this; left out, before the watch or the deployments that led to it. */
  readonly before?: number;
  /** Epoch ms: whoever has just added tasks knows when they are warm; left out, only deployments tell. */
  readonly warmUntil?: number;
}

/** What the preparation found, and what it could not find out. */
export type Note = (text: string) => void;
