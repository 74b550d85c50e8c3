/** The median of these values; NaN where there are none. */
export function median(values: Iterable<number>): number {
  return quantile(values, 0.5);
}

/** The value below which this share of the values lies, interpolated between neighbours. */
export function quantile(values: Iterable<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  const position = (sorted.length - 1) * share;
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]];
  return low + (high - low) * (position - Math.floor(position));
}

/** By how much `now` lies above `before`: the Hodges–Lehmann estimate, the median of all differences. */
export function shiftOf(before: readonly number[], now: readonly number[]): number {
  const differences = new Float64Array(before.length * now.length);
  for (const [row, later] of now.entries()) {
    for (const [column, earlier] of before.entries()) differences[row * before.length + column] = later - earlier;
  }
  return median(differences);
}

/** z of a one-sided level of 0.99. */
const Z99 = 2.3263;

/**
 * Does `now` lie above `before`, by the one-sided Mann–Whitney test at 0.99? By the normal approximation, with ties and
 * continuity corrected. Alone it gives false alarms where neighbouring minutes are alike (ux-reliability.md §4).
 */
export function isAbove(before: readonly number[], now: readonly number[]): boolean {
  const [n, m] = [before.length, now.length];
  if (n === 0 || m === 0) return false;
  const { rankSum, ties } = ranksOf(before, now);
  const u = rankSum - (m * (m + 1)) / 2;
  const all = n + m;
  const variance = ((n * m) / 12) * (all + 1 - ties / (all * (all - 1)));
  return variance > 0 && (u - (n * m) / 2 - 0.5) / Math.sqrt(variance) > Z99;
}

/** Is the true share of `hits` in `all` above `share`, by the lower end of Wilson's interval, one-sided at 0.99? */
export function isSurelyAbove(hits: number, all: number, share: number): boolean {
  if (all === 0) return false;
  const observed = hits / all;
  const square = Z99 ** 2;
  const middle = observed + square / (2 * all);
  const half = Z99 * Math.sqrt((observed * (1 - observed)) / all + square / (4 * all ** 2));
  return (middle - half) / (1 + square / all) > share;
}

/** The rank sum of `now` among all, where equal values share their ranks, and Σ(t³ − t) over the groups of equals. */
function ranksOf(before: readonly number[], now: readonly number[]): { rankSum: number; ties: number } {
  const all = [...before.map((value) => ({ value, isNow: 0 })), ...now.map((value) => ({ value, isNow: 1 }))].sort(
    (a, b) => a.value - b.value,
  );
  let rankSum = 0;
  let ties = 0;
  for (let start = 0; start < all.length; ) {
    let end = start;
    while (end < all.length && all[end]?.value === all[start]?.value) end++;
    const count = end - start;
    rankSum += ((start + 1 + end) / 2) * all.slice(start, end).reduce((sum, { isNow }) => sum + isNow, 0);
    ties += count ** 3 - count;
    start = end;
  }
  return { rankSum, ties };
}
