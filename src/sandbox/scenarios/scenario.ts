import type { Fault } from "../http/fault.ts";
import type { RdsTrouble } from "../rds/model.ts";
import type { Timings } from "../timings.ts";
import type { Image } from "../vulcan/image.ts";
import type { VulcanTraits } from "../vulcan/options.ts";

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

/** How a task of the past ended. */
export type StopName =
  | "elb-health"
  | "container-health"
  | "killed-while-starting"
  | "exit-1"
  | "out-of-memory"
  | "image-missing"
  | "secret-missing";

/** Tasks of one revision at time zero. */
export interface PlantedTasks {
  readonly revision: number;
  readonly count: number;
  readonly age: number;
  /** RUNNING: listens, healthy or still failing as its image has it; or already stopped for a reason. */
  readonly stopped?: { readonly age: number; readonly reason: StopName };
}

/** What somebody else does in the course of the run. */
export interface Happening {
  /** Waits for this call of the operator, then for `after`; without it, `after` counts from time zero. */
  readonly on?: string;
  readonly after: number;
  /** A pipeline pushes an image, registers the revision and deploys it. */
  readonly release: { readonly revision: number; readonly image: Image };
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
    /** The registry does not have the image: never pushed, or deleted since. */
    readonly imageGone?: boolean;
    /** Pushed under the same tag after the revision was deployed. */
    readonly repushed?: Image;
    /** Names of further secrets that its container asks for. */
    readonly secrets?: readonly string[];
  }[];
  /** Oldest first. */
  readonly history: readonly PastDeployment[];
  /** The deployment that is PRIMARY at time zero. */
  readonly current: {
    readonly revision: number;
    readonly age: number;
    readonly state: "COMPLETED" | "IN_PROGRESS" | "FAILED";
    readonly failedTasks?: number;
  };
  /** Attempts made while the current deployment was live, that ended with it put back by the breaker. */
  readonly since?: readonly PastDeployment[];
  /** The deployment it replaces, where that still has tasks. */
  readonly previous?: { readonly revision: number; readonly age: number };
  readonly tasks: readonly PlantedTasks[];
  /** When each migration was applied, oldest first: version n at index n - 1. */
  readonly migrated: readonly number[];
  readonly breaker: { readonly enable: boolean; readonly rollback: boolean };
  readonly deregistrationDelaySeconds: number;
  /** Where this Vulcan differs from the default one, e.g. refuses a schema newer than its build. */
  readonly vulcan?: Partial<VulcanTraits>;
  /** What RDS has beside the one instance, what goes wrong with it, and whether only tasks reach it. */
  readonly rds?: {
    readonly trouble?: RdsTrouble;
    readonly others?: readonly string[];
    readonly isPrivate?: boolean;
  };
  /** Departures from the default timings, in virtual ms. */
  readonly timings?: Partial<Timings>;
  /** Tasks that may exist at once; no limit by default. */
  readonly capacity?: number;
  /** Armed at each reset. */
  readonly faults?: readonly Fault[];
  /** CPU that the customers' requests take, in percent of one task's, shared among those that run. */
  readonly demand?: number;
  /** Application Auto Scaling keeps the CPU near this percentage, within these numbers of tasks. */
  readonly autoscaler?: { readonly least: number; readonly most: number; readonly cpu: number };
  readonly happenings?: readonly Happening[];
  /** A session that keeps a table locked against any change of it for so long after time zero. */
  readonly report?: { readonly table: string; readonly lasts: number };
}
