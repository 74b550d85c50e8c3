import type { Fault } from "../../src/sandbox/index.ts";
import { type Random, seededRandom } from "../../src/sandbox/random.ts";
import type { LifePlan, World } from "./world.ts";

/** With more, AWS takes no signature. */
const LARGEST_SKEW_MS = 240_000;

/**
 * The same world with its journal in a table: its lives are on two machines, and the table fails now and then. It is
 * drawn from numbers of its own, so that worlds of earlier seeds stay as they are.
 */
export function shareJournal(world: World): World {
  const random = seededRandom(Math.imul(world.seed, 0x85ebca6b));
  const lives = world.lives.map((life) => onSomeMachine(random, life));
  const onUnshared = random.next() < 0.5 ? "share" : "take-over";
  return { ...world, isShared: true, lives, onUnshared, ...skew(random) };
}

/** Half of the worlds have one time; in the others one machine is seconds or minutes off, in either direction. */
function skew(random: Random): Pick<World, "skewMs"> {
  if (random.next() < 0.5) return {};
  const ms = Math.round(1000 + (LARGEST_SKEW_MS - 1000) * random.next() ** 2);
  return { skewMs: random.next() < 0.5 ? ms : -ms };
}

function onSomeMachine(random: Random, life: LifePlan): LifePlan {
  const isElsewhere = random.next() < 0.5;
  return { ...life, faults: [...life.faults, ...tableFaults(random)], ...(isElsewhere && { isElsewhere }) };
}

/**
 * Half of the lives have a table that answers. A refusal is known at once; a lost answer is resolved by one more call. A
 * silence is not drawn: the operator's two seconds are a quarter of an hour of a world, in which it moves on.
 */
function tableFaults(random: Random): readonly Fault[] {
  if (random.next() < 0.5) return [];
  const nth = 1 + Math.floor(25 * random.next() ** 2);
  const isRefused = random.next() < 0.6;
  if (!isRefused) return [{ operation: "PutItem", nth, times: 1, when: "after", kind: "reset" }];
  const isLasting = random.next() < 0.6;
  const times = isLasting ? Number.POSITIVE_INFINITY : 1 + Math.floor(6 * random.next());
  const operations = random.next() < 0.3 ? ["PutItem", "Query"] : ["PutItem"];
  return operations.map((operation) => ({ operation, nth, times, when: "before", kind: "access-denied" }));
}
