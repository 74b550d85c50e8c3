import { isSamePrincipal } from "../../domain/aws/principal.ts";
import { commandLine } from "../../domain/command-line.ts";
import { guardError, usageError } from "../../domain/error.ts";
import { type EqualChanges, groupEqual } from "../../domain/fleet/equal-changes.ts";
import type { FleetPlan, PlannedWave } from "../../domain/fleet/fleet-plan.ts";
import { approvalKey, approvedKey, brakeKey, STOPPED, type TableItem } from "../../domain/fleet/run.ts";
import type { FleetStore } from "../../domain/fleet/store.ts";
import type { Identity } from "../../domain/identity.ts";
import type { Caller } from "../../domain/target.ts";
import { utcTime } from "../../domain/time.ts";
import type { OpenHome } from "./fleet-home.ts";
import { type RecordedStart, startOf } from "./fleet-request.ts";
import { assertOther, readFleet, readWavePlans, waveOf } from "./fleet-set.ts";

/** A wave before a person who may answer for it. */
export interface Answerable {
  readonly plan: FleetPlan;
  readonly wave: PlannedWave;
  /** What it changes, by the plans themselves. */
  readonly groups: readonly EqualChanges[];
  readonly by: string;
  /** Who started the run, when and why. */
  readonly start: RecordedStart;
  /** How many have failed in the waves before it. */
  readonly before: readonly WaveBefore[];
  /** Stopped by hand: an approval starts nothing. */
  readonly isStopped: boolean;
  readonly text: string;
  readonly place: Identity;
  /** Records the answer and tells the machine. `gone`: it no longer waits. */
  answer(): Promise<"told" | "gone">;
}

export interface WaveBefore {
  readonly name: string;
  readonly failed: number;
  readonly of: number;
}

/**
 * Reads the wave that the machine waits to begin, and every plan of it. Refuses (exit 11) its starter, a planner of it,
 * and one that is answered already; the same person's same answer is told to the machine again.
 */
export async function openForAnswer(
  { run, wave: name, isRejection }: { readonly run: string; readonly wave: string; readonly isRejection: boolean },
  { store, engine, clock, place }: OpenHome,
): Promise<Answerable> {
  const plan = await readFleet(store, run);
  const wave = waveOf(plan, name);
  const status = commandLine`vulcan-ops fleet status ${run}`;
  if (!wave.approval) throw usageError("fleet-no-approval", `wave ${name} of ${run} needs no approval`, [status]);
  const [asked, start, caller, brakes] = await Promise.all([
    store.read(approvalKey(run), name),
    startOf(store, run),
    engine.caller(),
    store.list(brakeKey(run)),
  ]);
  if (asked === undefined || start === undefined)
    throw guardError("fleet-not-asked", `run ${run} has not come to wave ${name}: its approval is not asked for yet`, [
      status,
    ]);
  if (asked.digest !== plan.digest || start.digest !== plan.digest)
    throw guardError("approval-of-another-plan", `run ${run} was started with other plans than those in the table`, [
      status,
    ]);
  await assertFree(store, { run, name, isRejection }, caller);
  assertOther(caller, start.by, "started the run");
  const saved = await readWavePlans(store, plan, wave);
  for (const arn of new Set(saved.map(({ plan: { caller: planner } }) => planner.arn)))
    assertOther(caller, arn, "made the plan");
  return {
    plan,
    wave,
    groups: groupEqual(saved.map((one) => one.plan)),
    by: caller.arn,
    start,
    before: wavesBefore(plan, wave, brakes),
    isStopped: brakes.some(({ tolerated }) => tolerated === STOPPED),
    place: place(
      caller.account,
      saved.some((one) => one.plan.target.production),
    ),
    text: isRejection ? `reject ${name}` : `${wave.targets.length} of ${name}`,
    answer: async () => {
      const at = new Date(clock.now()).toISOString();
      const item = { pk: approvedKey(run), sk: name, digest: plan.digest, by: caller.arn, at };
      const answer = isRejection ? { ...item, rejected: true } : item;
      if ((await store.put(answer)) === "taken") await assertFree(store, { run, name, isRejection }, caller);
      return engine.answer(String(asked.token), isRejection ? `rejected by ${caller.arn}` : undefined);
    },
  };
}

function wavesBefore({ waves }: FleetPlan, wave: PlannedWave, brakes: readonly TableItem[]): readonly WaveBefore[] {
  return waves.slice(0, waves.indexOf(wave)).map(({ name, targets }) => {
    const brake = brakes.find(({ sk }) => sk === name);
    return { name, failed: Number(brake?.failed ?? 0), of: targets.length };
  });
}

interface Asked {
  readonly run: string;
  readonly name: string;
  readonly isRejection: boolean;
}

/** The first answer counts. */
async function assertFree(store: FleetStore, { run, name, isRejection }: Asked, caller: Caller): Promise<void> {
  const answer = await store.read(approvedKey(run), name);
  if (answer === undefined || isOwn(answer, isRejection, caller)) return;
  const did = answer.rejected === true ? "rejected" : "approved";
  throw guardError("fleet-answered", `${answer.by} ${did} wave ${name} of ${run} at ${utcTime(String(answer.at))}`, [
    commandLine`vulcan-ops fleet status ${run}`,
  ]);
}

function isOwn({ by, rejected }: TableItem, isRejection: boolean, caller: Caller): boolean {
  const arn = String(by);
  return (rejected === true) === isRejection && isSamePrincipal(caller, { arn, account: arn.split(":")[4] ?? "" });
}
