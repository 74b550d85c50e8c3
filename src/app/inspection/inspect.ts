import type { Depth, InspectedRunbook, Inspection } from "../../domain/inspection.ts";
import type { Environment } from "../../domain/ports.ts";
import { createClock } from "../../target/clock.ts";
import { type Access, openTarget } from "../open-target.ts";
import type { WorldOptions } from "../sandbox/world-options.ts";
import type { Read } from "./offline.ts";

/** Looks at runbooks as deep as is asked: their text is read already; in sandboxes; against the target as it is. */
export async function inspect(
  runbooks: readonly Read[],
  depths: readonly Depth[],
  inputs: Readonly<Record<string, string>>,
  options: Access & WorldOptions,
  environment: Environment,
): Promise<{ readonly inspection: Inspection; readonly at: number }> {
  const inspection = await inspectTo(runbooks, depths, inputs, options, environment);
  // The machine's time: a report is dated by it, whatever clock the target has.
  return { inspection, at: createClock({}).now() };
}

async function inspectTo(
  runbooks: readonly Read[],
  depths: readonly Depth[],
  inputs: Readonly<Record<string, string>>,
  options: Access & WorldOptions,
  environment: Environment,
): Promise<Inspection> {
  const rehearsed = depths.includes("sandbox")
    ? await (await import("./rehearse-runbooks.ts")).rehearseEach(runbooks, inputs, options, environment)
    : runbooks;
  const texts = { schemaVersion: 1, depths, runbooks: rehearsed.map(({ inspected }) => inspected) } as const;
  if (!depths.includes("read")) return texts;
  const [{ lookForDrift }, { planAgainst }] = await Promise.all([import("./drift.ts"), import("./target.ts")]);
  const open = await openTarget(options, environment, { purpose: "reading" });
  const target = await lookForDrift(open, environment);
  const planned: InspectedRunbook[] = [];
  // One after another: each plans from a snapshot of its own, and the account's share of the API is not ours alone.
  for (const runbook of rehearsed) planned.push(await planAgainst(open, runbook, inputs));
  return { ...texts, runbooks: planned, target };
}
