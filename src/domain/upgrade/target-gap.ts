import { clockTime } from "../time.ts";

/** One read of the load balancer: how many targets were healthy, in the target group that had the fewest. */
export interface HealthRead {
  /** Epoch ms. */
  readonly at: number;
  readonly healthy: number;
}

/** The longest time without a healthy target, as far as reads can tell. Seconds. */
export type TargetGap =
  | { readonly kind: "none"; readonly resolution: number }
  /** It lasted at least `least` and less than `most`. */
  | { readonly kind: "gap"; readonly least: number; readonly most: number }
  | { readonly kind: "unmeasured" };

/**
 * The longest gap in a series of reads, the oldest first. A gap that lies between two reads is not seen: so "none"
 * names the longest distance of two reads.
 */
export function longestGap(reads: readonly HealthRead[]): TargetGap {
  if (reads.length < 2) return { kind: "unmeasured" };
  const gaps = reads.flatMap((read, index) => {
    const isFirst = read.healthy === 0 && reads[index - 1]?.healthy !== 0;
    return isFirst ? [gapFrom(reads, index)] : [];
  });
  const [longest] = gaps.toSorted((one, other) => other.most - one.most);
  if (longest !== undefined) return { kind: "gap", ...longest };
  return { kind: "none", resolution: Math.max(...distances(reads)) };
}

function gapFrom(reads: readonly HealthRead[], first: number): { readonly least: number; readonly most: number } {
  const after = reads.findIndex(({ healthy }, index) => index > first && healthy > 0);
  const last = after === -1 ? reads.length - 1 : after - 1;
  const at = (index: number): number => reads[Math.min(Math.max(0, index), reads.length - 1)]?.at ?? 0;
  return { least: seconds(at(last) - at(first)), most: seconds(at(after === -1 ? last : after) - at(first - 1)) };
}

const distances = (reads: readonly HealthRead[]): readonly number[] =>
  reads.slice(1).map(({ at }, index) => seconds(at - (reads[index]?.at ?? at)));

const seconds = (ms: number): number => Math.ceil(ms / 1000);

/** A first read later than this after the beginning has missed something: a resume begins to measure anew. */
const LATE_MS = 15_000;

/** The longest gap since `begun` (epoch ms); where it was measured only later, from when: `no gap ≥ 5 s since 12:03:10Z`. */
export function gapSince(reads: readonly HealthRead[], begun: number): string {
  const [first] = reads;
  const text = gapText(longestGap(reads));
  return first !== undefined && reads.length > 1 && first.at - begun > LATE_MS
    ? `${text} since ${timeOf(first)}`
    : text;
}

/** The longest gap in a drain, which may have begun before it was measured. */
export function gapInDrain(reads: readonly HealthRead[]): string {
  const [first] = reads;
  const since = first === undefined || reads.length < 2 ? "" : ` since ${timeOf(first)}`;
  return `${gapText(longestGap(reads))} in the drain${since}`;
}

const timeOf = ({ at }: HealthRead): string => clockTime(new Date(at).toISOString());

/** What the outcome says: `no gap ≥ 5 s`. */
export function gapText(gap: TargetGap): string {
  if (gap.kind === "unmeasured") return "gap not measured";
  if (gap.kind === "none") return `no gap ≥ ${gap.resolution} s`;
  const span = gap.least === 0 ? `up to ${gap.most}` : `${gap.least} to ${gap.most}`;
  return `GAP of ${span} s: 0 healthy targets`;
}
