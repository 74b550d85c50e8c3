import type { ClientCounts } from "../clients/client.ts";
import type { Fault } from "../http/fault.ts";
import type { RdsFaults } from "../rds/model.ts";
import type { Timings } from "../timings.ts";
import type { Image } from "../vulcan/image.ts";
import type { VulcanTraits } from "../vulcan/options.ts";
import type { Company } from "./companion.ts";

export const SECONDS = 1000;
export const MINUTES = 60 * SECONDS;
export const HOURS = 60 * MINUTES;
export const DAYS = 24 * HOURS;

/** One past deployment of a service. Ages are virtual ms before time zero. */
export interface PastDeployment {
  readonly revision: number;
  readonly age: number;
  readonly status: "SUCCESSFUL" | "ROLLBACK_SUCCESSFUL" | "STOPPED";
  /** How long it took; default 4 min. */
  readonly took?: number;
}

/** How a past task ended. */
export type StopName =
  | "elb-health"
  | "container-health"
  | "killed-while-starting"
  | "exit-1"
  | "out-of-memory"
  | "image-missing"
  | "secret-missing";

/** Tasks of one revision at time zero. */
export interface SeededTasks {
  readonly revision: number;
  readonly count: number;
  readonly age: number;
  /** Set for tasks that have stopped. Without it they are RUNNING, healthy or failing as their image defines. */
  readonly stopped?: { readonly age: number; readonly reason: StopName };
}

/** What another actor does during the run. */
export interface ScenarioEvent {
  /** The operator's call after which `after` starts to count. Without it, `after` counts from time zero. */
  readonly on?: string;
  readonly after: number;
  /** A pipeline pushes an image, registers the revision and deploys it. */
  readonly release: { readonly revision: number; readonly image: Image };
}

/**
 * A service beside the first one: in its cluster, on its database, behind its balancer at a port of its own. It has tasks
 * of one release, and takes the rest from the scenario.
 */
export interface Neighbour
  extends Pick<Scenario, "desired" | "revisions" | "history" | "current" | "tasks" | "breaker"> {
  /** Of the service, of its revisions' family and of its target group. */
  readonly name: string;
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
  /** Deployments that started after the current one and that the breaker rolled back to it. */
  readonly since?: readonly PastDeployment[];
  /** The deployment that the current one replaces, if it still has tasks. */
  readonly previous?: { readonly revision: number; readonly age: number };
  readonly tasks: readonly SeededTasks[];
  /** When each migration was applied, oldest first: version n at index n - 1. */
  readonly migrated: readonly number[];
  readonly breaker: { readonly enable: boolean; readonly rollback: boolean };
  readonly deregistrationDelaySeconds: number;
  /** Where this Vulcan differs from the default one, e.g. refuses a schema newer than its build. */
  readonly vulcan?: Partial<VulcanTraits>;
  /** What RDS has besides the one instance, what goes wrong in RDS, and whether only tasks reach the database. */
  readonly rds?: {
    readonly trouble?: RdsFaults;
    readonly others?: readonly string[];
    readonly isPrivate?: boolean;
  };
  /** Where its network differs: IPv6-only subnets, or a second balancer before the service. */
  readonly network?: { readonly ipv6?: boolean; readonly secondGroup?: boolean };
  readonly neighbours?: readonly Neighbour[];
  /** What runs beside Vulcan in each task. */
  readonly company?: Company;
  /** Differences from the default timings, in virtual ms. */
  readonly timings?: Partial<Timings>;
  /** Tasks that may exist at once; no limit by default. */
  readonly capacity?: number;
  /** Armed at each reset. */
  readonly faults?: readonly Fault[];
  /** CPU that the customers' requests need, in percent of one task's. The running tasks share it. */
  readonly demand?: number;
  /** What holds connections to the tasks: WebSockets, relays, agents. */
  readonly clients?: ClientCounts;
  /** Application Auto Scaling keeps the CPU near this percentage, within these numbers of tasks. */
  readonly autoscaler?: { readonly least: number; readonly most: number; readonly cpu: number };
  readonly happenings?: readonly ScenarioEvent[];
  /** A session that locks a table against any change of it for this long after time zero. */
  readonly report?: { readonly table: string; readonly lasts: number };
}
