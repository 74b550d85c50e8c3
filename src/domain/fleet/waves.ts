import { usageError } from "../error.ts";
import type { WaveSpec } from "./file.ts";
import { type KnownTarget, selectTargets } from "./select-targets.ts";

/** A wave with the targets that it has. */
export interface Wave extends Pick<WaveSpec, "name" | "approval" | "concurrency" | "tolerated"> {
  readonly targets: readonly string[];
}

/**
 * Gives each target to one wave. Waves that name their targets get them first; then the others, in the order of the file,
 * as many as their share of all, at least one; the last of these gets the rest. Usage error (exit 6) where a target is in
 * two waves, in none, or a wave has none.
 */
export function shareOut(
  waves: readonly WaveSpec[],
  targets: readonly string[],
  known: readonly KnownTarget[],
): readonly Wave[] {
  const named = waves.map((wave) => namedTargets(wave, targets, known));
  assertOnce(waves, named);
  let left = targets.filter((target) => !named.some((those) => those?.includes(target)));
  return waves.map((wave, index) => {
    const own = named[index] ?? left.slice(0, amount(wave, targets.length, left.length));
    left = left.filter((target) => !own.includes(target));
    if (own.length === 0) throw refused(`wave ${wave.name} has no target: waves before it have them all`);
    if (index === waves.length - 1 && left.length > 0) throw refused(inNone(left));
    const { name, approval, concurrency, tolerated } = wave;
    return { name, approval, concurrency, tolerated, targets: own };
  });
}

function namedTargets({ name, targets }: WaveSpec, all: readonly string[], known: readonly KnownTarget[]) {
  if (targets === undefined) return undefined;
  const chosen = selectTargets(targets, known);
  const foreign = chosen.find((target) => !all.includes(target));
  if (foreign !== undefined) throw refused(`wave ${name} names ${foreign}, which the fleet does not have`);
  return chosen;
}

function assertOnce(waves: readonly WaveSpec[], named: readonly (readonly string[] | undefined)[]): void {
  const owner = new Map<string, string>();
  waves.forEach(({ name }, index) => {
    for (const target of named[index] ?? []) {
      const other = owner.get(target);
      if (other !== undefined) throw refused(`${target} is in two waves, ${other} and ${name}`);
      owner.set(target, name);
    }
  });
}

/** Rounded up: 1 % of 20 targets is one target. */
const amount = ({ share }: WaveSpec, all: number, left: number): number =>
  share === undefined ? left : Math.min(left, Math.max(1, Math.ceil((all * share) / 100)));

const MOST_NAMED = 5;

function inNone(left: readonly string[]): string {
  const rest = left.length > MOST_NAMED ? ` and ${left.length - MOST_NAMED} more` : "";
  return `${left.slice(0, MOST_NAMED).join(", ")}${rest} are in no wave: leave share out of the last wave, and it has the rest`;
}

const refused = (message: string): Error => usageError("fleet-waves", message, ["vulcan-ops docs fleets"]);
