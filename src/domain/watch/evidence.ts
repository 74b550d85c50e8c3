import type { BaselineChoice } from "./baseline.ts";
import type { Measured } from "./metric.ts";
import { lengthOf, MINUTE, minuteOf, type Point, type Span } from "./series.ts";

/** Everything that the judge is told. Times are epoch ms. */
export interface Evidence {
  /** The minutes that were asked to be watched. */
  readonly asked: Span;
  readonly now: number;
  readonly measured: Measured;
  readonly before: BaselineChoice;
  /** Tasks that ECS was asked for, as each look at the service found it. */
  readonly desired: readonly Point[];
  /** Fresh tasks warm up until then: nothing is compared, every limit holds. */
  readonly warmUntil: number;
  /** What ECS says of the deployments that failed or were rolled back while it was watched. */
  readonly failed?: string;
  /** A deployment that has not ended yet: how it ends is not known. */
  readonly open?: string;
  /** As measured; absent where nobody could tell. */
  readonly maxConnections?: number;
  /** Who ended it before its time. */
  readonly endedEarly?: string;
}

/** Minutes younger than this are not counted: their values are still moving. */
export const SETTLING = 120_000;
/** How much longer than asked is watched where minutes are missing: a third, ten minutes at most; four make up for the unsettled ones. */
export function extensionOf({ from, to }: Span): number {
  return Math.min(10, Math.max(4, Math.ceil(lengthOf({ from, to }) / 3))) * MINUTE;
}

/** The minutes that count: whole, settled, and of the watch's time or its extension. */
export function counted({ asked, now }: Evidence): Span {
  const settled = minuteOf(now - SETTLING);
  return { from: asked.from, to: Math.max(asked.from, Math.min(settled, asked.to + extensionOf(asked))) };
}
