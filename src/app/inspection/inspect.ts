import { OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import type { Case, Depth, InspectedRunbook, Inspection } from "../../domain/inspection.ts";
import type { Environment } from "../../domain/ports.ts";
import { sanitise } from "../../domain/sanitise.ts";
import { createClock } from "../../target/clock.ts";
import { type Access, openTarget } from "../open-target.ts";
import type { WorldOptions } from "../sandbox/world-options.ts";
import { inspectionFinding } from "./inspection-finding.ts";
import type { Read } from "./offline.ts";

export interface Inspected {
  readonly inspection: Inspection;
  /** Epoch ms. */
  readonly at: number;
  /** Why a part could not be done. The rest was. */
  readonly failure?: Error | undefined;
}

/** Inspects runbooks at the requested depths: their text (already read), in sandboxes, against the target. */
export async function inspect(
  runbooks: readonly Read[],
  depths: readonly Depth[],
  inputs: Readonly<Record<string, string>>,
  options: Access & WorldOptions,
  environment: Environment,
): Promise<Inspected> {
  const inspected = await inspectTo(runbooks, depths, inputs, options, environment);
  // Date the report by the machine's time, whatever clock the target has.
  return { ...inspected, at: createClock({}).now() };
}

async function inspectTo(
  runbooks: readonly Read[],
  depths: readonly Depth[],
  inputs: Readonly<Record<string, string>>,
  options: Access & WorldOptions,
  environment: Environment,
): Promise<Omit<Inspected, "at">> {
  const head = { schemaVersion: 1, depths } as const;
  let found = runbooks;
  try {
    if (depths.includes("sandbox"))
      found = await (await import("./rehearse-runbooks.ts")).rehearseEach(runbooks, inputs, options, environment);
  } catch (error) {
    const failure = asError(error);
    const undone = found.map(({ inspected }) => withCase(inspected, undoneCase("sandbox", failure)));
    return { inspection: { ...head, runbooks: undone }, failure };
  }
  const texts = { ...head, runbooks: found.map(({ inspected }) => inspected) };
  if (!depths.includes("read")) return { inspection: texts };
  const read = await readTarget(found, inputs, options, environment);
  const [{ failure }, later] = [read, texts.runbooks.slice(read.planned.length)];
  return { inspection: { ...texts, runbooks: [...read.planned, ...later], target: read.target }, failure };
}

interface TargetRead {
  readonly planned: readonly InspectedRunbook[];
  readonly target: NonNullable<Inspection["target"]>;
  readonly failure?: Error;
}

/** The part that needs credentials. What was read before a failure stays. */
async function readTarget(
  runbooks: readonly Read[],
  inputs: Readonly<Record<string, string>>,
  options: Access,
  environment: Environment,
): Promise<TargetRead> {
  const planned: InspectedRunbook[] = [];
  let target: TargetRead["target"] = { name: options.target ?? "", cases: [] };
  try {
    const [{ findDrift: lookForDrift }, { planAgainst }] = await Promise.all([
      import("./drift.ts"),
      import("./target.ts"),
    ]);
    const open = await openTarget(options, environment, { purpose: "reading" });
    target = { name: open.target.name, cases: [] };
    target = await lookForDrift(open, environment);
    // One after another: each plan has its own snapshot, and other clients share the account's API quota.
    for (const runbook of runbooks) planned.push(await planAgainst(open, runbook, inputs));
    return { planned, target };
  } catch (error) {
    const failure = asError(error);
    return { planned, target: withCase(target, undoneCase("read", failure)), failure };
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

const withCase = <T extends { readonly cases: readonly Case[] }>(inspected: T, one: Case): T => ({
  ...inspected,
  cases: [...inspected.cases, one],
});

/** A part that could not be done: for JUnit a skipped case, for the rest a note. */
function undoneCase(depth: Depth, failure: Error): Case {
  const [code, next] = failure instanceof OpsError ? [failure.exitCode, failure.detail.next?.[0]] : [EXIT.failed];
  const name = `not done: ${code === EXIT.credentials ? "no credentials" : DEPTH_WORDS[depth]}`;
  const message = `not done: ${sanitise(failure.message, { most: 500 })}`;
  return { depth, name, remarks: [inspectionFinding("VOPS223", "note", message, next)], skipped: "see VOPS223" };
}

const DEPTH_WORDS: Readonly<Record<Depth, string>> = { offline: "text", sandbox: "rehearsal", read: "reads" };
