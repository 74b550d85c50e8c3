import type { Depth, InspectedRunbook, Inspection } from "../../domain/inspection.ts";
import type { Environment } from "../../domain/ports.ts";
import { createClock } from "../../target/clock.ts";
import { type Access, openTarget } from "../open-target.ts";
import type { WorldOptions } from "../sandbox/world-options.ts";
import type { Read } from "./offline.ts";

/** Inspects runbooks at the requested depths: their text (already read), in sandboxes, against the target. */
export async function inspect(
  runbooks: readonly Read[],
  depths: readonly Depth[],
  inputs: Readonly<Record<string, string>>,
  options: Access & WorldOptions,
  environment: Environment,
): Promise<{ readonly inspection: Inspection; readonly at: number }> {
  const inspection = await inspectTo(runbooks, depths, inputs, options, environment);
  // Date the report by the machine's time, whatever clock the target has.
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
  const [{ findDrift: lookForDrift }, { planAgainst }] = await Promise.all([
    import("./drift.ts"),
    import("./target.ts"),
  ]);
  const open = await openTarget(options, environment, { purpose: "reading" });
  const target = await lookForDrift(open, environment);
  const planned: InspectedRunbook[] = [];
  // One after another: each plan has its own snapshot, and other clients share the account's API quota.
  for (const runbook of rehearsed) planned.push(await planAgainst(open, runbook, inputs));
  return { ...texts, runbooks: planned, target };
}
