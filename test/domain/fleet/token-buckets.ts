import type { Bucket } from "../../../src/domain/fleet/buckets.ts";

/** What one plan of a rollback reads, doubled, by bucket. The story of `fleet plan` holds the program to it. */
export const READS_OF_A_ROLLBACK: ReadonlyMap<string, number> = new Map([
  ["service reads", 2],
  ["deployment reads", 6],
  ["revision reads", 4],
  ["task reads", 2],
  ["definition reads", 8],
  ["task protection", 2],
]);

/**
 * Token buckets as AWS describes them: full at the beginning, filled at their rate, one token a request. Written by counting,
 * and not as the program computes a turn, so that one mistake is not in both. `share`: how much of each is ours.
 */
export function tokenBuckets(buckets: readonly Bucket[], share: number) {
  const levels = new Map(buckets.map(({ name, burst }) => [name, { tokens: burst * share, at: 0 }]));
  const violations: string[] = [];
  return {
    /** `at`: ms; not before the last one. */
    take(name: string, count: number, at: number): void {
      const bucket = buckets.find((one) => one.name === name);
      const level = levels.get(name);
      if (bucket === undefined || level === undefined) throw new Error(`no bucket ${name}`);
      const filled = level.tokens + ((at - level.at) / 1000) * bucket.perSecond * share;
      level.tokens = Math.min(bucket.burst * share, filled) - count;
      level.at = at;
      // Whole milliseconds round a token's thousandth away.
      if (level.tokens < -0.05) violations.push(`${name} at ${at}`);
    },
    violations: () => violations,
  };
}
