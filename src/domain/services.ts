import type { Looking, Waiting } from "./action.ts";
import type { AwsReads } from "./aws/reads.ts";
import type { ContainerShell, ExecPlace } from "./container-shell.ts";
import type { DataReads } from "./database/facts.ts";
import type { Mark } from "./failed-revision.ts";
import type { Schema, Vulcan } from "./migrations/reads.ts";

/** A way to tell people something. */
export interface Channel {
  readonly by: "webhook" | "SNS";
  /** ARN; with SNS. */
  readonly topic?: string;
  /** What every message begins with: nobody must take a rehearsal for the truth. */
  readonly prefix: string;
}

/** What the reads of the actions may use. */
export interface World {
  readonly aws: AwsReads;
  readonly vulcan: Vulcan;
  readonly schema: Schema;
  /** What stands in a database; absent where SQL is not set up. */
  readonly data?: DataReads;
  /** Who speaks ECS Exec: this program, or AWS's own plugin. */
  readonly execVia: "own" | "plugin";
  /** The revisions that executions on record here have found bad. */
  readonly marks: () => Promise<readonly Mark[]>;
  /** By what people are told of a maintenance; absent where nothing is set up. */
  readonly channel?: Channel;
  /** Follows what was started in a container; it never starts anything. */
  readonly container: (place: ExecPlace) => Pick<ContainerShell, "attach">;
}

export type Look = Looking<World>;
export type Wait = Waiting<World>;
