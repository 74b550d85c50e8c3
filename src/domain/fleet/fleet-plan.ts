import type { EqualChanges } from "./equal-changes.ts";
import type { FleetCost } from "./estimate.ts";
import type { FleetWindow } from "./file.ts";
import type { PeakLoad } from "./load.ts";

/** The plan of a fleet: what is approved and started. The plans of its targets lie beside it, each known by its digest. */
export interface FleetPlan {
  readonly kind: "vulcan-ops fleet plan";
  readonly schemaVersion: 1;
  readonly run: string;
  readonly runbook: { readonly id: string; readonly title: string; readonly source: string };
  /** RFC 3339, UTC. */
  readonly at: string;
  /** When each of its plans may begin. */
  readonly window: FleetWindow;
  /** Over all plans and the waves. */
  readonly digest: string;
  readonly waves: readonly PlannedWave[];
  readonly groups: readonly EqualChanges[];
  /** They need nothing, and take no part. */
  readonly unchanged: readonly string[];
  readonly blocked: readonly BlockedTarget[];
  /** The load that comes nearest to our half of a bucket. */
  readonly peak: PeakLoad;
  readonly cost: FleetCost;
  /** Without the time until approvals. */
  readonly seconds: number;
}

export interface PlannedWave {
  readonly name: string;
  readonly approval: boolean;
  readonly concurrency: number;
  readonly tolerated: number;
  /** In the order in which they are started. */
  readonly targets: readonly FleetItem[];
  readonly seconds: number;
}

/** A target as the machine gets it. */
export interface FleetItem {
  readonly target: string;
  /** Of its execution. */
  readonly id: string;
  readonly digest: string;
  /** Seconds until it starts, once it is its turn. */
  readonly jitter: number;
}

/** A target whose plan cannot be made, or says that it must not be carried out. */
export interface BlockedTarget {
  readonly target: string;
  readonly code: string;
  readonly reason: string;
  readonly next: readonly string[];
}

/** Where the plans of a run are kept: a folder, or the table. */
export interface PlanSet<Saved> {
  /** Keeps the plan of a target. Refuses one of the same name. */
  keep(target: string, plan: Saved): Promise<void>;
  /** Keeps the plan of the fleet, once all the others are there: without it there is no set. */
  seal(plan: FleetPlan): Promise<void>;
}
