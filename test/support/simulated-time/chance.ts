import { seededRandom } from "../../../src/sandbox/random.ts";

let numbers = seededRandom(1);

/** From now on the numbers of Math.random are those of this seed. */
export function seedChance(seed: number): void {
  numbers = seededRandom(seed);
}

/** Secrets, and names of what processes share, stay as they are: two processes may have the same seed. */
export function replaceChance(): void {
  Math.random = () => numbers.next();
}
