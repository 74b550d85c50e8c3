import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { commandLine } from "../../domain/command-line.ts";
import { guardError, usageError } from "../../domain/error.ts";
import { canonical, type Json, sameJson } from "../../domain/json.ts";
import type { Plan, PlannedStep } from "../../domain/plan.ts";
import type { Document } from "../../domain/runbook.ts";
import { asPath } from "../open-runbook.ts";

/** A plan that was made to be carried out later, with all that this takes: `plan -o FILE`, `run --plan FILE`. */
export interface SavedPlan {
  readonly kind: "vulcan-ops plan";
  readonly schemaVersion: 1;
  readonly plan: Plan;
  /** The runbook that it was made of. */
  readonly text: string;
  /** Where the reads went, if not to AWS itself: the plan is true of no other world. */
  readonly endpoint?: string;
}

/** A whole file or none, readable by its owner alone. */
export function savePlan(path: string, plan: Plan, { text }: Document, endpoint: string | undefined): void {
  const saved: SavedPlan = { kind: "vulcan-ops plan", schemaVersion: 1, plan, text, ...(endpoint && { endpoint }) };
  const whole = { ...saved, digest: digestOf(saved) };
  const draft = `${path}.${process.pid}.part`;
  try {
    const file = openSync(draft, "wx", 0o600);
    writeSync(file, `${JSON.stringify(whole, null, 2)}\n`);
    fsyncSync(file);
    closeSync(file);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw unusable(path, `cannot be written (${(error as NodeJS.ErrnoException).code ?? "unknown"})`);
  }
}

/** Larger than any plan of a runbook of 128 KiB. */
const MOST_BYTES = 16 * 1024 * 1024;

/** The plan as it was written; anything else is a usage error. */
export function readSavedPlan(path: string): SavedPlan {
  const found = parse(path) as (SavedPlan & { readonly digest?: string }) | null;
  if (found?.kind !== "vulcan-ops plan") throw unusable(path, "is no plan that vulcan-ops plan -o has written");
  if (found.schemaVersion !== 1) throw unusable(path, "was written by another version of vulcan-ops");
  const { digest, ...saved } = found;
  if (digest !== digestOf(saved)) throw unusable(path, "is not as it was written");
  return saved;
}

function parse(path: string): unknown {
  try {
    if (statSync(path).size > MOST_BYTES) throw new Error("too long");
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw unusable(path, code === "ENOENT" ? "does not exist" : "is no plan that can be read");
  }
}

const digestOf = (saved: SavedPlan): string =>
  createHash("sha256")
    .update(canonical(saved as unknown as Json))
    .digest("hex");

function unusable(path: string, why: string): Error {
  return usageError("plan-file", `the plan file ${JSON.stringify(path)} ${why}`, ["vulcan-ops plan RUNBOOK -o FILE"]);
}

/** The plan made now, where it would do exactly what the saved one says; else exit 11 with what differs. */
export function assertStillSo(saved: Plan, now: Plan): Plan {
  const differences = [...differencesOfPlace(saved, now), ...differencesOfSteps(saved, now)];
  if (differences.length === 0) return now;
  throw guardError("stale-plan", `this is no longer the plan that was made at ${saved.at}: ${differences.join("; ")}`, [
    commandLine`vulcan-ops plan ${asPath(now.runbook.source)} -o FILE`,
  ]);
}

/** The target is not taken from the file, which could name any address: it is found as ever, and has to be the same. */
function differencesOfPlace(was: Plan, is: Plan): string[] {
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

/** What it would send, what that rests on, and how it is taken back. What is merely remarked may change by the minute. */
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
