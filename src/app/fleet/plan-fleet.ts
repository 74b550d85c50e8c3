import { basename } from "node:path";
import { usageError } from "../../domain/error.ts";
import { accountRegionKey } from "../../domain/fleet/buckets.ts";
import { composeFleetPlan, type WaveRefusal } from "../../domain/fleet/compose-plan.ts";
import type { FleetFile, FleetWindow } from "../../domain/fleet/file.ts";
import { fleetPlace } from "../../domain/fleet/fleet-place.ts";
import type { FleetPlan, PlanSet } from "../../domain/fleet/fleet-plan.ts";
import { RUN_NAME } from "../../domain/fleet/run-name.ts";
import { type KnownTarget, selectTargets } from "../../domain/fleet/select-targets.ts";
import { shareOut } from "../../domain/fleet/waves.ts";
import type { Identity } from "../../domain/identity.ts";
import type { Plan } from "../../domain/plan.ts";
import type { Environment } from "../../domain/ports.ts";
import type { Document } from "../../domain/runbook.ts";
import { pinnedTargets } from "../../target/target-names.ts";
import { type DigestedPlan, digestedPlan, type Validity } from "../execution/saved-plan.ts";
import { planOf } from "../inspection/target.ts";
import { openDocument } from "../open-runbook.ts";
import { openTarget } from "../open-target.ts";
import { type MakePlan, planTargets, type ToPlan } from "./plan-targets.ts";
import { readFleetFile } from "./read-fleet-file.ts";

export interface FleetRequest {
  /** Path of the fleet file. */
  readonly file: string;
  /** The run's name; absent: the file's, with a random end. */
  readonly run?: string | undefined;
  /** An earlier run: what is done in it is left out. */
  readonly restOf?: string | undefined;
  readonly stateDir?: string | undefined;
  readonly profile?: string | undefined;
}

export interface PlannedFleet {
  readonly plan: FleetPlan;
  /** Where its targets are, as far as they could be read. */
  readonly place: Identity | undefined;
  readonly refusals: readonly WaveRefusal[];
  /** Keeps all plans; the fleet's own comes last. */
  keep(set: PlanSet<DigestedPlan>): Promise<void>;
}

/**
 * Plans each target of a fleet file, by reads alone, and what they do together. Exit 6 where the file, its targets or its
 * waves are wrong, or a target does not pin its account and region: a worker elsewhere has another shell.
 */
export async function planFleet(
  request: FleetRequest,
  environment: Environment,
  progress: (done: number, of: number) => void,
): Promise<PlannedFleet> {
  const { cwd, env } = environment;
  const fleet = await readFleetFile(request.file, cwd);
  const run = runName(request, environment);
  const document = await openDocument(fleet.runbook, { verb: "fleet plan", cwd });
  const known = await pinnedTargets(env, cwd);
  const targets = selectTargets(fleet.targets, known);
  const waves = shareOut(fleet.waves, targets, known);
  const all = targets.map((target) => pinned(target, known));
  const done = await doneIn(request, targets, environment);
  const toPlan = all.filter(({ target }) => !done.has(target));
  const made: Plan[] = [];
  const found = await planTargets(toPlan, makerOf({ fleet, document, request, environment }, made), {
    stop: environment.stop,
    progress: (count) => progress(count, toPlan.length),
  });
  const accountRegions = new Map(toPlan.map(({ target, accountRegion }) => [target, accountRegion]));
  const plans = new Map(
    [...found.planned].map(([target, { plan, saved }]) => {
      const { digest } = saved;
      return [target, { plan, digest, accountRegion: accountRegions.get(target) ?? "" }] as const;
    }),
  );
  const saved = [...found.planned].map(([target, one]) => [target, one.saved] as const);
  const { id, title } = document.runbook;
  const { at = "" } = found;
  const composed = composeFleetPlan({
    ...{ run, at, waves, plans },
    runbook: { id, title, source: document.source },
    window: windowOf(saved.map(([, one]) => one)) ?? fleet.window ?? { from: at, until: at },
    unchanged: targets.filter((target) => done.has(target) || found.unchanged.includes(target)),
    blocked: found.blocked,
  });
  return {
    ...composed,
    place: fleetPlace(made),
    async keep(set) {
      for (const [target, plan] of saved) await set.keep(target, plan);
      await set.seal(composed.plan);
    },
  };
}

/** The table is that of the fleet's targets. */
async function doneIn({ restOf, profile }: FleetRequest, [target]: readonly string[], environment: Environment) {
  if (restOf === undefined || target === undefined) return new Set<string>();
  const { doneBefore } = await import("./done-before.ts");
  return doneBefore(restOf, { target, profile }, environment);
}

function pinned(target: string, known: readonly KnownTarget[]): ToPlan {
  const { account, region } = known.find(({ name }) => name === target) ?? {};
  if (account === undefined || region === undefined)
    throw usageError("fleet-not-pinned", `target ${target} does not pin its account and region`, [
      "docs/configuration.md lists the settings",
    ]);
  return { target, accountRegion: accountRegionKey(account, region) };
}

interface Making {
  readonly fleet: FleetFile;
  readonly document: Document;
  readonly request: FleetRequest;
  readonly environment: Environment;
}

/** A plan of one target as `plan -o` keeps it, valid in the fleet's window. `made` gets each. */
function makerOf({ fleet, document, request, environment }: Making, made: Plan[]): MakePlan<DigestedPlan> {
  const { stateDir, profile } = request;
  return async (target, { sent, begin }) => {
    const open = await openTarget({ target, stateDir, profile }, environment, { purpose: "reading", sent });
    await begin(open.clock);
    const plan = await planOf(open, document, fleet.inputs);
    made.push(open.endpoint === undefined ? plan : { ...plan, elsewhere: open.endpoint });
    return { plan, saved: digestedPlan(plan, document, open.endpoint, validityOf(fleet.window, open.clock.now())) };
  };
}

const USUAL_MS = 7 * 86_400_000;

const validityOf = (window: FleetWindow | undefined, now: number): Validity =>
  window === undefined
    ? { validFrom: new Date(now).toISOString(), validUntil: new Date(now + USUAL_MS).toISOString() }
    : { validFrom: window.from, validUntil: window.until };

/** When all of them may begin. */
function windowOf(saved: readonly DigestedPlan[]): FleetWindow | undefined {
  const [first] = saved;
  if (first === undefined) return undefined;
  const until = saved.map(({ validUntil = "" }) => validUntil).sort()[0] ?? "";
  return { from: latest(saved.map(({ validFrom = "" }) => validFrom)), until };
}

/** RFC 3339 times in UTC sort as texts. */
const latest = (times: readonly string[]): string => [...times].sort().at(-1) ?? "";

function runName({ file, run }: FleetRequest, { ids }: Environment): string {
  const stem = basename(file)
    .replace(/(\.fleet)?\.ya?ml$/, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-$/g, "")
    .slice(0, 32);
  const name = run ?? `${stem || "fleet"}-${ids.execution()}`;
  if (RUN_NAME.test(name)) return name;
  throw usageError("fleet-run-name", `--run takes a-z, 0-9 and -, 40 characters at most, not ${JSON.stringify(name)}`, [
    "vulcan-ops fleet plan FILE --run revert-42",
  ]);
}
