import type { Json } from "../json.ts";

/** An RDS instance, as far as every screen needs it. */
export interface Database {
  readonly id: string;
  readonly status: string;
  /** Absent where it is no member of a cluster. */
  readonly cluster?: string;
  readonly retentionDays?: number;
  /** RFC 3339; absent where RDS tells of none. */
  readonly latestRestorableTime?: string;
  /** `postgres 16.4` */
  readonly engine: string;
  readonly deletionProtected?: boolean;
  /** Its settings are in force where its group is `in-sync`. */
  readonly parameterGroups?: readonly ParameterGroup[];
}

/** The part that decides whether it can be restored; what is absent is not known. */
export type RecoverySource = Partial<Pick<Database, "status" | "cluster" | "retentionDays" | "latestRestorableTime">>;

export interface ParameterGroup {
  readonly name: string;
  /** in-sync, applying, pending-reboot. */
  readonly status: string;
}

/** The same with all that a copy of it needs. */
export interface Instance extends Database {
  /** Never changes, and is never used again for another instance. */
  readonly resourceId: string;
  /** Absent until it has an address. */
  readonly endpoint?: Endpoint;
  /** By the names of DescribeDBInstances; null where the instance has no such value. */
  readonly settings: Settings;
  /** Members of PendingModifiedValues. */
  readonly pending: readonly string[];
  readonly parameterGroups: readonly ParameterGroup[];
  /** The attempt of ours that made it; absent where we did not make it. */
  readonly madeBy?: string;
  /** Filling or optimising of its storage; absent while neither is in progress. */
  readonly storage?: { readonly status: string; readonly percent?: number };
  /** The instance that it is a read replica of, and takes no writes beside; absent where it is none. */
  readonly replicaOf?: string;
  readonly replicas: readonly string[];
  /** IAM roles that its features use. */
  readonly roles: readonly { readonly arn: string; readonly feature: string }[];
  /** RDS itself manages its master password, in a secret. */
  readonly isPasswordManaged: boolean;
  /** ARN of that secret; absent where RDS manages none, or does not name it. */
  readonly secret?: string;
  /** ARNs of copies of its automated backups, in other regions. */
  readonly backupCopies?: readonly string[];
}

/** To the end it is listed under the name that it loses, which has not resolved since the beginning. [D] */
export const isBeingRenamed = ({ status, pending }: Pick<Instance, "status" | "pending">): boolean =>
  status === "renaming" || pending.includes("DBInstanceIdentifier");

/** A Blue/Green deployment of RDS. */
export interface BlueGreen {
  readonly id: string;
  /** PROVISIONING, AVAILABLE, SWITCHOVER_IN_PROGRESS, SWITCHOVER_COMPLETED … */
  readonly status: string;
}

export type Settings = Readonly<Record<string, Json>>;

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export interface InstanceEvent {
  /** RFC 3339 */
  readonly at: string;
  readonly text: string;
}

/** How many the account has in this region, and how many it may have. */
export interface Quota {
  readonly used: number;
  readonly most: number;
}
