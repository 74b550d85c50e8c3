import type { BaselineChoice } from "./baseline.ts";
import type { Measured } from "./metric.ts";
import type { Span } from "./series.ts";
import type { Judgement } from "./verdict.ts";

/** max_connections, and its source. */
export interface MostConnections {
  readonly most: number;
  readonly how: "SQL" | "parameter group";
}

/** What a watch can show at one moment: the judgement, and what it is based on. Times are epoch ms. */
export interface WatchReport extends Judgement {
  readonly at: number;
  readonly cluster: string;
  readonly service: string;
  readonly asked: Span;
  readonly before: BaselineChoice;
  readonly mostConnections?: MostConnections;
  /** What was read of the minutes of the watch. */
  readonly measured?: Measured;
  /** The revision that the service is set to, where only another one was to be watched. It ends the watch. */
  readonly replacedBy?: string;
  /** What happened during the watch: deployments, problems with reads, minutes that were read late. */
  readonly notes: readonly string[];
}
