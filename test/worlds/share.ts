import type { Fault } from "../../src/sandbox/index.ts";
import { type Random, seededRandom } from "../../src/sandbox/random.ts";
import type { LifePlan, World } from "./world.ts";

/**
 * The same world with its journal in a table: its lives are on two machines, and the table fails now and then. It is
 * drawn from numbers of its own, so that worlds of earlier seeds stay as they are.
 */
export function shareJournal(world: World): World {
  const random = seededRandom(Math.imul(world.seed, 0x85ebca6b));
  return { ...world, isShared: true, lives: world.lives.map((life) => onSomeMachine(random, life)) };
}

function onSomeMachine(random: Random, life: LifePlan): LifePlan {
  const isElsewhere = random.next() < 0.5;
  return { ...life, faults: [...life.faults, ...tableFaults(random)], ...(isElsewhere && { isElsewhere }) };
}

const KINDS: readonly Fault["kind"][] = ["stall", "stall", "reset", "http503-html", "throttle", "access-denied"];

/** Half of the lives have a table that answers. */
function tableFaults(random: Random): readonly Fault[] {
  if (random.next() < 0.5) return [];
  const kind = KINDS[Math.floor(random.next() * KINDS.length)] as Fault["kind"];
  const isLasting = random.next() < 0.4;
  const strikes = {
    nth: 1 + Math.floor(25 * random.next() ** 2),
    times: isLasting ? Number.POSITIVE_INFINITY : 1 + Math.floor(6 * random.next()),
    when: random.next() < 0.5 ? "before" : "after",
    kind,
    ms: 60_000,
  } as const;
  const operations = random.next() < 0.3 ? ["PutItem", "Query"] : ["PutItem"];
  return operations.map((operation) => ({ operation, ...strikes }));
}
