import { commandLine } from "../../domain/command-line.ts";
import { guardError, usageError } from "../../domain/error.ts";
import { canonical, type Json, sameJson } from "../../domain/json.ts";
import type { Plan, PlannedStep } from "../../domain/plan.ts";
import type { Document } from "../../domain/runbook.ts";
import { utcTime } from "../../domain/time.ts";
import { asPath } from "../open-runbook.ts";
import { digestOf, readSealed, writeSealed } from "./sealed-file.ts";

/** A plan to execute later, with all that this needs: `plan -o FILE`, `run --plan FILE`. */
export interface SavedPlan {
  readonly kind: "vulcan-ops plan";
  readonly schemaVersion: 1;
  readonly plan: Plan;
  /** The text of the plan's runbook. */
  readonly text: string;
  /** The endpoint that was read, if not AWS itself. The plan is valid for no other endpoint. */
  readonly endpoint?: string;
  /** RFC 3339, UTC: it begins no sooner and no later. Absent in files of earlier versions. */
  readonly validFrom?: string;
  readonly validUntil?: string;
}

/** When a saved plan may begin; RFC 3339, UTC. */
export interface Validity {
  readonly validFrom: string;
  readonly validUntil: string;
}

/** A plan as its file holds it. The digest is of all the rest: a plan that was approved is known by it. */
export type DigestedPlan = SavedPlan & { readonly digest: string };

export function digestedPlan(
  plan: Plan,
  { text }: Document,
  endpoint: string | undefined,
  validity: Validity,
): DigestedPlan {
  const saved: SavedPlan = {
    kind: "vulcan-ops plan",
    schemaVersion: 1,
    plan,
    text,
    ...(endpoint && { endpoint }),
    ...validity,
  };
  return { ...saved, digest: digestOf(saved) };
}

/** Writes the whole file or none. Only its owner can read it. */
export const savePlan = (path: string, whole: DigestedPlan): void => writeSealed(path, whole, unusable);

/** The plan exactly as it was written. Anything else is a usage error. */
export const readSavedPlan = (path: string): DigestedPlan =>
  toSavedPlan(readSealed(path, "plan", unusable), (why) => unusable(path, why));

/** The plan that a file or an item of the table holds, exactly as it was written. */
export function toSavedPlan(value: unknown, wrong: (why: string) => Error): DigestedPlan {
  const found = value as (SavedPlan & { readonly digest?: string }) | null;
  if (found?.kind !== "vulcan-ops plan") throw wrong("is no plan that vulcan-ops plan -o has written");
  if (found.schemaVersion !== 1) throw wrong("was written by another version of vulcan-ops");
  const { digest, ...saved } = found;
  if (digest === undefined || digest !== digestOf(saved) || !isWhole(saved)) throw wrong("is not as it was written");
  return { ...saved, digest };
}

/** What every reader of the file relies on. The rest is compared with a plan that is made anew. */
function isWhole({ plan, text, validFrom, validUntil }: SavedPlan): boolean {
  const times = [plan?.at, validFrom, validUntil].filter((time) => time !== undefined);
  const hasSteps = [plan?.steps, plan?.finally].every((steps) => Array.isArray(steps));
  const names = [text, plan?.runbook?.source, plan?.caller?.arn, plan?.caller?.account, plan?.target?.name];
  return (
    hasSteps &&
    names.every((name) => typeof name === "string") &&
    times.every((time) => !Number.isNaN(Date.parse(time)))
  );
}

/** Refuses (exit 11) a plan before and after its time. `now`: epoch ms of the target's clock. */
export function assertValidNow({ plan, validFrom, validUntil }: SavedPlan, now: number): void {
  const again = [commandLine`vulcan-ops plan ${asPath(plan.runbook.source)} -o FILE`];
  if (validFrom !== undefined && now < Date.parse(validFrom))
    throw guardError("plan-too-early", `this plan is valid from ${utcTime(validFrom)} on`, [
      "the same command then, or a new plan",
      ...again,
    ]);
  if (validUntil !== undefined && now >= Date.parse(validUntil))
    throw guardError("plan-expired", `this plan was valid until ${utcTime(validUntil)}`, again);
}

function unusable(path: string, why: string): Error {
  return usageError("plan-file", `the plan file ${JSON.stringify(path)} ${why}`, ["vulcan-ops plan RUNBOOK -o FILE"]);
}

/** The new plan, if it does exactly what the saved one says; otherwise exit 11 with the differences. */
export function assertPlanStillFits(saved: Plan, now: Plan): Plan {
  const differences = [...differencesOfTarget(saved, now), ...differencesOfSteps(saved, now)];
  if (differences.length === 0) return now;
  throw guardError("stale-plan", `this is no longer the plan that was made at ${saved.at}: ${differences.join("; ")}`, [
    commandLine`vulcan-ops plan ${asPath(now.runbook.source)} -o FILE`,
  ]);
}

/** The file could name any address. So the target is resolved as usual, and has to be the same. */
function differencesOfTarget(was: Plan, is: Plan): string[] {
  const [before, after] = [was, is].map(
    ({ caller, target }) => ({ account: caller.account, target }) as unknown as Json,
  );
  return sameJson(before, after) ? [] : [`the target was ${shown(before)}, is now ${shown(after)}`];
}

function differencesOfSteps(saved: Plan, now: Plan): string[] {
  const steps = [...now.steps, ...now.finally];
  return [...saved.steps, ...saved.finally].flatMap((was, index) => {
    const is = steps[index];
    return is?.id === was.id ? differencesOf(was, is) : [`step ${was.id} is not there`];
  });
}

/** What the step would send, its basis and its undo. Other findings may change every minute. */
const DECISIVE = ["readiness", "operation", "basis", "undo", "consequence", "current"] as const;

function differencesOf(was: PlannedStep, is: PlannedStep): string[] {
  return DECISIVE.flatMap((name) => {
    const [before, after] = [was[name], is[name]].map((value) => (value ?? null) as Json);
    if (sameJson(before ?? null, after ?? null)) return [];
    return [`step ${was.id}: ${name} was ${shown(before)}, is now ${shown(after)}`];
  });
}

const MOST_SHOWN = 160;

function shown(value: Json | undefined): string {
  const text = typeof value === "string" ? value : canonical(value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
