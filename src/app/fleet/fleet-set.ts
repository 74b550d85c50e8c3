import { isSamePerson } from "../../domain/aws/principal.ts";
import { commandLine } from "../../domain/command-line.ts";
import { guardError, usageError } from "../../domain/error.ts";
import { fleetDigest } from "../../domain/fleet/compose-plan.ts";
import type { FleetPlan, PlannedWave, PlanSet } from "../../domain/fleet/fleet-plan.ts";
import type { TableItem } from "../../domain/fleet/run.ts";
import { executionIdIn, RUN_NAME } from "../../domain/fleet/run-name.ts";
import { FLEET_ITEM, type FleetStore, plansKey } from "../../domain/fleet/store.ts";
import { sanitiseRecord } from "../../domain/sanitise.ts";
import type { Caller } from "../../domain/target.ts";
import { type DigestedPlan, toSavedPlan } from "../execution/saved-plan.ts";
import { digestOf } from "../execution/sealed-file.ts";

/**
 * The plan of a fleet as it is kept. Its digest is of what is approved; the seal is over all of it, and so over what a starter
 * is shown and when the run may begin.
 */
export const sealed = (plan: FleetPlan): FleetPlan & { readonly seal: string } => ({ ...plan, seal: digestOf(plan) });

/** The plans of a run in the table. One that is there already has to be the same. */
export function planTable(store: FleetStore, run: string): PlanSet<DigestedPlan> {
  const pk = plansKey(run);
  const put = async (item: TableItem & { readonly digest: string }): Promise<void> => {
    if ((await store.put(item)) === "written") return;
    const kept = await store.read(pk, item.sk);
    if (kept?.digest !== item.digest)
      throw guardError("fleet-run-taken", `another fleet of the name ${run} is in the table`, [
        "vulcan-ops fleet plan FILE --run NAME -o DIR",
      ]);
  };
  return {
    keep: (target, plan) => put({ pk, sk: target, digest: plan.digest, plan: JSON.stringify(plan) }),
    seal: (plan) => put({ pk, sk: FLEET_ITEM, digest: plan.digest, plan: JSON.stringify(sealed(plan)) }),
  };
}

/** The plan of a fleet as the table has it. Exit 6 where there is none, as `absent` says, or it is not as it was written. */
export async function readFleet(
  store: FleetStore,
  run: string,
  absent = `there is no run ${JSON.stringify(run)} in ${store.name}`,
): Promise<FleetPlan> {
  const item = RUN_NAME.test(run) ? await store.read(plansKey(run), FLEET_ITEM) : undefined;
  if (item === undefined)
    throw usageError("fleet-unknown", absent, ["vulcan-ops fleet plan FILE -o DIR", "vulcan-ops fleet start DIR"]);
  return checkedFleet(parsed(item.plan), `the plan of fleet ${run}`);
}

/** Its plans are in the table: they are the last thing that is kept before a run is started. */
export const notStarted = (run: string): Error =>
  usageError("fleet-not-started", `run ${run} was planned and not started`, [
    commandLine`vulcan-ops fleet start ${run}`,
  ]);

/**
 * The plan of a fleet exactly as it was kept, and then safe to show, if its digest is that of its plans and waves.
 * `what`: for the error.
 */
export function checkedFleet(value: unknown, what: string): FleetPlan {
  const found = value as (Partial<FleetPlan> & { readonly seal?: string }) | null | undefined;
  if (found?.kind !== "vulcan-ops fleet plan" || found.schemaVersion !== 1) throw altered(what);
  const { seal, ...kept } = found;
  if (seal === undefined || seal !== digestOf(kept)) throw altered(what);
  const plan = sanitiseRecord(kept) as Partial<FleetPlan>;
  if (!isWhole(plan)) throw altered(what);
  const ids = plan.waves.flatMap(({ targets }) =>
    targets.map(({ target, id }) => id === executionIdIn(plan.run, target)),
  );
  if (fleetDigest(plan.waves) !== plan.digest || ids.includes(false)) throw altered(what);
  return plan;
}

function isWhole(plan: Partial<FleetPlan>): plan is FleetPlan {
  const { run = "", waves, window, digest } = plan;
  const isWindow = !Number.isNaN(Date.parse(window?.until ?? "")) && !Number.isNaN(Date.parse(window?.from ?? ""));
  const hasWaves = Array.isArray(waves) && waves.every((wave) => Array.isArray(wave?.targets));
  return RUN_NAME.test(run) && isWindow && hasWaves && typeof digest === "string";
}

const altered = (what: string): Error =>
  usageError("fleet-plan-altered", `${what} is not as it was written`, ["vulcan-ops fleet plan FILE -o DIR"]);

/** The saved plan of a target of the fleet, which is the one that its digest is of. */
export async function readTargetPlan(store: FleetStore, fleet: FleetPlan, target: string): Promise<DigestedPlan> {
  const what = `the plan of ${target} in fleet ${fleet.run}`;
  const item = await store.read(plansKey(fleet.run), target);
  const known = fleet.waves.flatMap(({ targets }) => targets).find((one) => one.target === target);
  if (item === undefined || known === undefined)
    throw usageError("fleet-target-unknown", `fleet ${fleet.run} has no target ${JSON.stringify(target)}`);
  const saved = toSavedPlan(parsed(item.plan), () => altered(what));
  if (saved.digest !== known.digest || saved.plan.target.name !== target) throw altered(what);
  return saved;
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

const AT_ONCE = 10;

/** The saved plans of a wave, a few at a time. */
export async function readWavePlans(
  store: FleetStore,
  fleet: FleetPlan,
  { targets }: PlannedWave,
): Promise<readonly DigestedPlan[]> {
  const plans: DigestedPlan[] = [];
  for (let from = 0; from < targets.length; from += AT_ONCE) {
    const some = targets.slice(from, from + AT_ONCE);
    plans.push(...(await Promise.all(some.map(({ target }) => readTargetPlan(store, fleet, target)))));
  }
  return plans;
}

/** The wave of that name. Exit 6 where there is none. */
export function waveOf({ run, waves }: FleetPlan, name: string): PlannedWave {
  const wave = waves.find((one) => one.name === name);
  if (wave !== undefined) return wave;
  const names = waves.map((one) => one.name).join(", ");
  throw usageError("fleet-wave-unknown", `run ${run} has no wave ${JSON.stringify(name)}; there is: ${names}`, [
    commandLine`vulcan-ops fleet status ${run}`,
  ]);
}

/** Refuses (exit 11) that one person approves and did something else, too. The account does not matter: a name does. */
export function assertOther(approver: Caller, other: string, did: string): void {
  const account = other.split(":")[4] ?? "";
  if (!isSamePerson(approver, { arn: other, account })) return;
  throw guardError("approver-is-the-same", `${approver.arn} ${did}: another person has to approve the wave`, [
    "another person: the same command",
  ]);
}
