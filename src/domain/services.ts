import type { ReadContext, VerifyContext } from "./action.ts";
import type { AwsReads } from "./aws/reads.ts";
import type { ContainerShell, ExecPlace } from "./container-shell.ts";
import type { DataTables } from "./database/data-kinds.ts";
import type { DataReads } from "./database/facts.ts";
import type { RevisionMark } from "./failed-revision.ts";
import type { SchemaReads, VulcanReads } from "./migrations/reads.ts";
import type { Probe } from "./reconnects/probe.ts";
import type { PipelineReads } from "./upgrade/pipeline.ts";

/** A way to notify people. */
export interface Channel {
  readonly by: "webhook" | "SNS";
  /** ARN; with SNS. */
  readonly topic?: string;
  /** The prefix of every message. Readers must not take a rehearsal for a real maintenance. */
  readonly prefix: string;
}

/** Where EventBridge Scheduler tells that no end was reported. */
export interface EndNotice {
  /** ARN of the SNS topic. */
  readonly topic: string;
  /** ARN of the role by which Scheduler publishes. */
  readonly role: string;
  readonly prefix: string;
}

/** What the reads of the actions may use. */
export interface ActionServices {
  readonly aws: AwsReads;
  readonly vulcan: VulcanReads;
  readonly schema: SchemaReads;
  /** Reads of a database's content; absent where SQL is not set up. */
  readonly data?: DataReads;
  /** Runs of the pipeline that builds the image; absent where it is not set up. */
  readonly pipeline?: PipelineReads;
  /** What tells whether clients have reconnected; absent where the target's configuration has none. */
  readonly reconnects?: readonly Probe[];
  /** Which tables hold the documented kinds of data; absent where the target's configuration names none. */
  readonly dataTables?: DataTables;
  /** The client for ECS Exec: this program, or AWS's own plugin. */
  readonly execVia: "own" | "plugin";
  /** The revisions that recorded executions found bad, or rolled back from. */
  readonly failedRevisions: () => Promise<readonly RevisionMark[]>;
  /** The channel that announces a maintenance; absent where none is set up. */
  readonly channel?: Channel;
  /** Absent where the configuration names no topic and no role for it. */
  readonly endNotice?: EndNotice;
  /** Seconds that this machine's clock is ahead of AWS's, by the answers so far; undefined where none said the time. */
  readonly clockSkew?: () => number | undefined;
  /** Follows what was started in a container; it never starts anything. */
  readonly container: (place: ExecPlace) => Pick<ContainerShell, "attach">;
}

export type ActionReadContext = ReadContext<ActionServices>;
export type ActionVerifyContext = VerifyContext<ActionServices>;
