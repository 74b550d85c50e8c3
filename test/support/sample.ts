import { seededRandom } from "../../src/sandbox/random.ts";

/** Another seed draws other samples: a test that fails tells which case it was. */
const SEED = Number(process.env.VULCAN_OPS_SAMPLE_SEED ?? 1);

/**
 * Some of the cases of one kind, in their order; the same ones for the same seed. `npm run test:all`, which sets
 * `VULCAN_OPS_SAMPLE=all`, takes every one. `always` says which are in every sample.
 */
export function sample<T>(cases: readonly T[], size: number, always: (one: T) => boolean = () => false): readonly T[] {
  if (process.env.VULCAN_OPS_SAMPLE === "all") return cases;
  const random = seededRandom(SEED);
  const lots = cases.map((one, index) => ({ index, lot: always(one) ? -1 : random.next() }));
  const drawn = new Set(
    lots
      .sort((a, b) => a.lot - b.lot)
      .slice(0, size)
      .map(({ index }) => index),
  );
  return cases.filter((_, index) => drawn.has(index));
}
