import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { commandLine } from "../../domain/command-line.ts";
import { guardError, usageError } from "../../domain/error.ts";
import type { FleetPlan } from "../../domain/fleet/fleet-plan.ts";
import { type MachineInput, machineInput } from "../../domain/fleet/machine-input.ts";
import { type FleetStore, plansKey, START_ITEM, WAVES_ITEM } from "../../domain/fleet/store.ts";
import type { Identity } from "../../domain/identity.ts";
import { utcTime } from "../../domain/time.ts";
import { type DigestedPlan, readSavedPlan } from "../execution/saved-plan.ts";
import { readSealed } from "../execution/sealed-file.ts";
import type { OpenHome } from "./fleet-home.ts";
import { startOf } from "./fleet-request.ts";
import { checkedFleet, planTable, readFleet } from "./fleet-set.ts";
import { FLEET_PLAN_FILE } from "./plan-folder.ts";
import { readStatus } from "./read-status.ts";
import { assertNotOver, startAgain } from "./start-again.ts";

/** A run before it is started. */
export interface Startable {
  readonly plan: FleetPlan;
  /** ARN of the credentials that start it. */
  readonly by: string;
  /** The text that starts it: it says how many targets no other person approves. */
  readonly text: string;
  readonly place: Identity;
  /**
   * Keeps the plans where they are not yet kept, records who starts it, and starts the machine. `running`: a schedule has
   * started it before; `again`: it had died.
   */
  start(reason: string | undefined): Promise<Started>;
}

export type Started = "started" | "running" | "again";

/** `what`: a folder of `fleet plan -o`, or the name of a run whose plans the table has. */
export async function openForStart(what: string, home: OpenHome, cwd: string): Promise<Startable> {
  const folder = resolve(cwd, what);
  const isFolder = existsSync(join(folder, FLEET_PLAN_FILE));
  const plan = isFolder ? readFolder(folder) : await readFleet(home.store, what, noFleet(what, home.store));
  // Before the question: a folder that lacks a plan starts nothing.
  const saved = isFolder ? readPlans(folder, plan) : [];
  const now = home.clock.now();
  if (now >= Date.parse(plan.window.until))
    throw guardError("fleet-expired", `its plans could begin until ${utcTime(plan.window.until)}`, [
      "vulcan-ops fleet plan FILE -o DIR",
    ]);
  const { arn: by, account } = await home.engine.caller();
  await assertMayStart(home, plan, by);
  const text = startText(plan);
  const input = JSON.stringify(machineInput(plan, now));
  return {
    plan,
    by,
    text,
    place: home.place(
      account,
      saved.some(([, one]) => one.plan.target.production),
    ),
    start: async (reason) => {
      if (isFolder) await keepPlans(saved, plan, home.store);
      const at = new Date(now).toISOString();
      await assertOwnStart(home.store, plan, { by, at, text, reason });
      return startMachine(home, plan.run, input, { by, at });
    },
  };
}

/** Before the question: what was started is started again by the same person alone, and only where it is not over. */
async function assertMayStart(home: OpenHome, { run, digest }: FleetPlan, by: string): Promise<void> {
  const known = await startOf(home.store, run);
  if (known === undefined) return;
  if (known.by !== by || known.digest !== digest) throw startedBefore(run, known);
  // Its waves are kept last: without them its machine never ran.
  if ((await home.store.read(plansKey(run), WAVES_ITEM)) === undefined) return;
  assertNotOver(await readStatus(home.store, run, home.clock.now()));
}

/** `16 of revert-42`: the targets of waves that no other person approves. `start revert-42` where there is none. */
export function startText({ run, waves }: FleetPlan): string {
  const count = waves.reduce((sum, { approval, targets }) => sum + (approval ? 0 : targets.length), 0);
  return count === 0 ? `start ${run}` : `${count} of ${run}`;
}

const unusable = (path: string, why: string): Error =>
  usageError("fleet-folder", `${JSON.stringify(path)} ${why}`, ["vulcan-ops fleet plan FILE -o DIR"]);

const readFolder = (folder: string): FleetPlan =>
  checkedFleet(readSealed(join(folder, FLEET_PLAN_FILE), "plan of a fleet", unusable), FLEET_PLAN_FILE);

const noFleet = (what: string, { name }: FleetStore): string =>
  `${JSON.stringify(what)} is neither a folder of plans, with ${FLEET_PLAN_FILE}, nor a run in ${name}`;

type NamedPlan = readonly [target: string, plan: DigestedPlan];

function readPlans(folder: string, plan: FleetPlan): readonly NamedPlan[] {
  const all = plan.waves.flatMap(({ targets }) => targets);
  return all.map(({ target, digest }) => {
    const path = join(folder, `${target}.json`);
    const one = readSavedPlan(path);
    if (one.digest !== digest || one.plan.target.name !== target)
      throw unusable(path, "is another plan than the fleet's");
    return [target, one] as const;
  });
}

async function keepPlans(saved: readonly NamedPlan[], plan: FleetPlan, store: FleetStore): Promise<void> {
  const table = planTable(store, plan.run);
  for (const [target, one] of saved) await table.keep(target, one);
  await table.seal(plan);
}

interface Starting {
  readonly by: string;
  readonly at: string;
  readonly text: string;
  readonly reason: string | undefined;
}

/** One person starts a run, once. The same command again, after an answer that was lost, is the same start. */
async function assertOwnStart(
  store: FleetStore,
  { run, digest }: FleetPlan,
  { by, at, text, reason }: Starting,
): Promise<void> {
  const item = { pk: plansKey(run), sk: START_ITEM, digest, by, at, text, ...(reason !== undefined && { reason }) };
  if ((await store.put(item)) === "written") return;
  const known = await startOf(store, run);
  if (known?.by === by && known.digest === digest) return;
  throw startedBefore(run, { by: known?.by ?? "another person", at: known?.at ?? at });
}

const startedBefore = (run: string, { by, at }: { readonly by: string; readonly at: string }): Error =>
  guardError("fleet-started", `${by} started run ${run} at ${utcTime(at)}`, [
    commandLine`vulcan-ops fleet status ${run}`,
  ]);

/** The input is kept first: the same one starts no second machine, and the status is read from it. */
async function startMachine(
  home: OpenHome,
  run: string,
  input: string,
  who: { readonly by: string; readonly at: string },
): Promise<Started> {
  const { store, engine } = home;
  const pk = plansKey(run);
  const isNew = (await store.put({ pk, sk: WAVES_ITEM, input })) === "written";
  const kept = isNew ? input : String((await store.read(pk, WAVES_ITEM))?.input);
  const started = await engine.start(run, kept);
  if (started !== "over") return started;
  await startAgain(home, JSON.parse(kept) as MachineInput, who);
  return "again";
}
