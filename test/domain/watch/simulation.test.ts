import { expect, it } from "vitest";
import { compare } from "../../../src/domain/watch/comparison.ts";
import { sample } from "../../support/sample.ts";

/** The simulated table of ux-reliability.md §4: 60 minutes before, 30 now, mean 30, deviation 4, neighbours alike. */

const SEED = 20261123;
const RUNS = 2000;

/** mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A stationary series in which each minute resembles the one before by `likeness`. */
function seriesOf(count: number, likeness: number, random: () => number): number[] {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  let deviation = normal();
  return Array.from({ length: count }, () => {
    deviation = likeness * deviation + Math.sqrt(1 - likeness ** 2) * normal();
    return 30 + 4 * deviation;
  });
}

function foundShare(likeness: number, rise: number): number {
  const random = randomOf(SEED);
  let found = 0;
  for (let run = 0; run < RUNS; run++) {
    const all = seriesOf(90, likeness, random);
    const now = all.slice(60).map((value) => value + 30 * rise);
    if (compare(all.slice(0, 60), now, 5).kind === "worse") found++;
  }
  return (100 * found) / RUNS;
}

it.each(sample([0, 0.5, 0.8, 0.9], 2))(
  `at a likeness of %f, seed ${SEED}: few false alarms, and half as much again is found`,
  (likeness) => {
    const [none, tenth, half] = [0, 0.1, 0.5].map((rise) => foundShare(likeness, rise));
    const shares = `seed ${SEED}, likeness ${likeness}: +0 % ${none} %, +10 % ${tenth} %, +50 % ${half} %`;
    expect(none, shares).toBeLessThanOrEqual(2.2);
    expect(tenth, shares).toBeLessThanOrEqual(12);
    expect(half, shares).toBeGreaterThanOrEqual(98);
    process.stdout.write(`${shares}\n`);
  },
);
