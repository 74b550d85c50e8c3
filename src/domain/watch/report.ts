import type { BaselineChoice } from "./baseline.ts";
import type { Span } from "./series.ts";
import type { Judgement } from "./verdict.ts";

/** max_connections, and who told it. */
export interface MostConnections {
  readonly most: number;
  readonly how: "SQL" | "parameter group";
}

/** What a watch can show at one moment: the judgement, and what it stands on. Times are epoch ms. */
export interface WatchReport extends Judgement {
  readonly at: number;
  readonly cluster: string;
  readonly service: string;
  readonly asked: Span;
  readonly before: BaselineChoice;
  readonly mostConnections?: MostConnections;
  /** What happened on the way: deployments, trouble with reading, minutes seen late. */
  readonly notes: readonly string[];
}
