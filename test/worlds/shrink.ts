import type { LifePlan, World } from "./world.ts";

/** Plays so many worlds at most. */
const MOST_PLAYS = 40;

/** The smallest world found that still violates: one part after another is left out, as long as that makes no difference. */
export async function shrink(world: World, stillViolates: (world: World) => Promise<boolean>): Promise<World> {
  let smallest = world;
  let plays = 0;
  for (;;) {
    let isSmaller = false;
    for (const smaller of smallerWorlds(smallest)) {
      if (plays++ >= MOST_PLAYS) return smallest;
      if (!(await stillViolates(smaller))) continue;
      smallest = smaller;
      isSmaller = true;
      break;
    }
    if (!isSmaller) return smallest;
  }
}

/** Every world that is this one without one part: large parts first. */
export function smallerWorlds(world: World): readonly World[] {
  const { lives, wrongCurrent, ...rest } = world;
  const others = lives.slice(1).map((_, index) => ({ ...world, lives: lives.filter((_life, at) => at !== index + 1) }));
  const lighter = lives.flatMap((plan, index) =>
    smallerPlans(plan).map((smaller) => ({ ...world, lives: lives.with(index, smaller) })),
  );
  return [
    ...others,
    ...(wrongCurrent === undefined ? [] : [{ ...rest, lives }]),
    ...(world.areFaultsLasting ? [{ ...world, areFaultsLasting: false }] : []),
    ...lighter,
  ];
}

function smallerPlans(plan: LifePlan): readonly LifePlan[] {
  const without = (["second", "deploy", "death", "stop"] as const).filter((name) => plan[name] !== undefined);
  const fewer = plan.faults.map((_, index) => ({ ...plan, faults: plan.faults.filter((_fault, at) => at !== index) }));
  return [...without.map((name) => omit(plan, name)), ...fewer];
}

function omit(plan: LifePlan, name: "second" | "deploy" | "death" | "stop"): LifePlan {
  const { [name]: _, ...rest } = plan;
  return rest;
}
