import type { BaselineChoice } from "./baseline.ts";
import type { Measured } from "./metric.ts";
import { lengthOf, MINUTE, minuteOf, type Point, type Span } from "./series.ts";

/** Everything that the judgement uses. Times are epoch ms. */
export interface Evidence {
  /** The minutes that the operator asked to watch. */
  readonly asked: Span;
  readonly now: number;
  readonly measured: Measured;
  readonly before: BaselineChoice;
  /** The desired count, as each read of the service showed it. */
  readonly desired: readonly Point[];
  /** Fresh tasks warm up until then: nothing is compared, but every limit applies. */
  readonly warmUntil: number;
  /** What ECS says of the deployments that failed or were rolled back during the watch. */
  readonly failed?: string;
  /** A deployment that has not ended yet: how it ends is not known. */
  readonly open?: string;
  /** The service has no load balancer: its hosts are the tasks as ECS has them, and no request is measured. */
  readonly isByTasks?: true;
  /** As measured; absent where it is unknown. */
  readonly maxConnections?: number;
  /** Who ended the watch early. */
  readonly endedEarly?: string;
}

/** In ms. Younger minutes are not counted, because their values still change. */
export const SETTLING = 120_000;
/**
 * How much longer to watch (ms) where minutes are missing: a third of the time, at most ten minutes, and at least four
 * to make up for the unsettled ones.
 */
export function extensionOf({ from, to }: Span): number {
  return Math.min(10, Math.max(4, Math.ceil(lengthOf({ from, to }) / 3))) * MINUTE;
}

/** The minutes that count: whole, settled, and within the watch or its extension. */
export function counted({ asked, now }: Evidence): Span {
  const settled = minuteOf(now - SETTLING);
  return { from: asked.from, to: Math.max(asked.from, Math.min(settled, asked.to + extensionOf(asked))) };
}
