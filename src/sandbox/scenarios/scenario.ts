import type { RdsTrouble } from "../rds/model.ts";
import type { Timings } from "../timings.ts";
import type { Image } from "../vulcan/image.ts";
import type { VulcanTraits } from "../vulcan/traits.ts";

export const SECONDS = 1000;
export const MINUTES = 60 * SECONDS;
export const HOURS = 60 * MINUTES;
export const DAYS = 24 * HOURS;

/** One attempt in a service's past. Ages are virtual ms before time zero. */
export interface PastDeployment {
  readonly revision: number;
  readonly age: number;
  readonly status: "SUCCESSFUL" | "ROLLBACK_SUCCESSFUL" | "STOPPED";
  /** How long it took; default 4 min. */
  readonly took?: number;
}

/** Tasks of one revision at time zero. */
export interface PlantedTasks {
  readonly revision: number;
  readonly count: number;
  readonly age: number;
  /** RUNNING: listens, healthy or still failing as its image has it; or already stopped for a reason. */
  readonly stopped?: { readonly age: number; readonly reason: "elb-health" };
}

/** A world at time zero, as data. */
export interface Scenario {
  readonly name: string;
  readonly summary: string;
  readonly desired: number;
  readonly revisions: readonly {
    readonly revision: number;
    readonly age: number;
    readonly image: Image;
    readonly inactive?: boolean;
  }[];
  /** Oldest first. */
  readonly history: readonly PastDeployment[];
  /** The deployment that is PRIMARY at time zero. */
  readonly current: {
    readonly revision: number;
    readonly age: number;
    readonly state: "COMPLETED" | "IN_PROGRESS";
    readonly failedTasks?: number;
  };
  /** The deployment it replaces, where that still has tasks. */
  readonly previous?: { readonly revision: number; readonly age: number };
  readonly tasks: readonly PlantedTasks[];
  /** When each migration was applied, oldest first: version n at index n - 1. */
  readonly migrated: readonly number[];
  readonly breaker: { readonly enable: boolean; readonly rollback: boolean };
  readonly deregistrationDelaySeconds: number;
  /** Where this Vulcan differs from the default one, e.g. refuses a schema newer than its build. */
  readonly vulcan?: Partial<VulcanTraits>;
  /** What RDS has beside the one instance, and what goes wrong with it. */
  readonly rds?: { readonly trouble?: RdsTrouble; readonly others?: readonly string[] };
  /** Departures from the default timings, in virtual ms. */
  readonly timings?: Partial<Timings>;
}
