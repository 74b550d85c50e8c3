import type { Plan } from "../plan.ts";
import { groupEqual } from "./equal-changes.ts";
import { costOf, waveSeconds } from "./estimate.ts";
import type { FleetWindow } from "./file.ts";
import type { BlockedTarget, FleetItem, FleetPlan, PlannedWave } from "./fleet-plan.ts";
import { interleave, loadOf, mostConcurrency, type PeakLoad, type TargetLoad, waveLoad } from "./load.ts";
import { TRANSITIONS } from "./machine/machine.ts";
import { executionIdIn, setDigest } from "./run-name.ts";
import type { Wave } from "./waves.ts";

/** What the plan of a fleet is made of. */
export interface FleetParts {
  readonly run: string;
  readonly runbook: FleetPlan["runbook"];
  readonly at: string;
  readonly window: FleetWindow;
  readonly waves: readonly Wave[];
  /** Those that change something, by target. */
  readonly plans: ReadonlyMap<string, { readonly plan: Plan; readonly digest: string; readonly accountRegion: string }>;
  readonly unchanged: readonly string[];
  readonly blocked: readonly BlockedTarget[];
}

/** A wave that cannot run as it is, and the concurrency with which it can; 0 where there is none. */
export interface WaveRefusal {
  readonly wave: string;
  readonly why: string;
  readonly concurrency: number;
}

/** The plan of a fleet, and what of it exceeds an API. Targets that need nothing or are blocked are in no wave of it. */
export function composeFleetPlan(parts: FleetParts): {
  readonly plan: FleetPlan;
  readonly refusals: readonly WaveRefusal[];
} {
  const { run, runbook, at, window, plans, unchanged, blocked } = parts;
  const made = parts.waves.map((wave) => planWave(wave, parts)).filter(({ planned }) => planned.targets.length > 0);
  const waves = made.map(({ planned }) => planned);
  const peaks = made.map(({ peak }) => peak).sort((a, b) => b.callsPerSecond / b.limit - a.callsPerSecond / a.limit);
  const plan: FleetPlan = {
    ...({ kind: "vulcan-ops fleet plan", schemaVersion: 1 } as const),
    ...{ run, runbook, at, window, waves, unchanged, blocked },
    digest: fleetDigest(waves),
    groups: groupEqual([...plans.values()].map((one) => one.plan)),
    peak: peaks[0] ?? { accountRegion: "", bucket: "", callsPerSecond: 0, limit: 0 },
    cost: costOf(
      made.flatMap(({ loads }) => loads),
      waves.length,
      TRANSITIONS,
    ),
    seconds: waves.reduce((sum, { seconds }) => sum + seconds, 0),
  };
  return { plan, refusals: made.flatMap(({ refusals }) => refusals) };
}

/** The digest of the plans and waves of a fleet: what is approved. */
export function fleetDigest(waves: readonly PlannedWave[]): string {
  const all = waves.flatMap(({ targets }) => targets);
  return setDigest(new Map(all.map(({ target, digest }) => [target, digest])), waves.map(approvedOf));
}

/** What of a wave an approver approves; not when its targets start within it. */
const approvedOf = ({ name, approval, concurrency, tolerated, targets }: PlannedWave): object => ({
  ...{ name, approval, concurrency, tolerated },
  targets: targets.map(({ target }) => target).sort(),
});

interface MadeWave {
  readonly planned: PlannedWave;
  readonly loads: readonly TargetLoad[];
  readonly peak: PeakLoad;
  readonly refusals: readonly WaveRefusal[];
}

function planWave({ name, approval, concurrency, tolerated, targets }: Wave, { run, plans }: FleetParts): MadeWave {
  const own = targets.flatMap((target) => {
    const found = plans.get(target);
    return found === undefined ? [] : [loadOf(found.plan, found.accountRegion)];
  });
  const loads = interleave(own);
  const { jitter, peak, refusals } = waveLoad(name, { concurrency, loads });
  const items = loads.map(({ target }, index): FleetItem => {
    // Evenly over the first lanes: two starts are never closer than their share of the jitter.
    const delay = Math.ceil(((index % concurrency) * jitter) / concurrency);
    return { target, id: executionIdIn(run, target), digest: plans.get(target)?.digest ?? "", jitter: delay };
  });
  const seconds = waveSeconds(loads, concurrency, jitter);
  const possible = refusals.length === 0 ? concurrency : mostConcurrency(name, { concurrency, loads });
  return {
    planned: { name, approval, concurrency, tolerated, targets: items, seconds },
    loads,
    peak,
    refusals: refusals.map((why) => ({ wave: name, why, concurrency: possible })),
  };
}
