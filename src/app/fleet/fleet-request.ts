import type { FleetApproval } from "../../domain/approval.ts";
import { commandLine } from "../../domain/command-line.ts";
import { usageError } from "../../domain/error.ts";
import type { FleetPlan, PlannedWave } from "../../domain/fleet/fleet-plan.ts";
import { approvedKey } from "../../domain/fleet/run.ts";
import { executionIdIn, planReference } from "../../domain/fleet/run-name.ts";
import { type FleetStore, plansKey, START_ITEM } from "../../domain/fleet/store.ts";
import type { Environment } from "../../domain/ports.ts";
import type { TargetOptions } from "../../domain/target.ts";
import type { DigestedPlan } from "../execution/saved-plan.ts";
import { requestOf, type SavedRequest } from "../execution/saved-request.ts";
import { openFleetHome } from "./fleet-home.ts";
import { assertOther, readFleet, readTargetPlan } from "./fleet-set.ts";

/** The plan of a target of a fleet, and what answers its questions; absent: nothing does, and it asks as always. */
export interface FleetRequest extends SavedRequest {
  /** The same options, for that target. */
  readonly target: string;
  readonly approval?: FleetApproval;
  /** What the fleet's starter has said of it. */
  readonly reason?: string;
}

/**
 * `run --plan plan:RUN/TARGET`: the plan is read from the table, and so is who approved its wave or, where no approval is
 * asked for, who started the run. Only an answer with the digest of all plans and waves, made anew here, counts. Exit 6
 * where the run, the target or the id is another one, exit 11 where one person is starter and approver.
 */
export async function readFleetRequest(
  { run, target }: { readonly run: string; readonly target: string },
  id: string | undefined,
  options: TargetOptions,
  environment: Environment,
): Promise<FleetRequest> {
  const reference = planReference(run, target);
  assertNames(reference, { target, id: executionIdIn(run, target) }, { target: options.target, id });
  const own = { ...options, target };
  const { store } = await openFleetHome(own, environment);
  const fleet = await readFleet(store, run);
  const saved = await readTargetPlan(store, fleet, target);
  const wave = fleet.waves.find(({ targets }) => targets.some((one) => one.target === target));
  const start = await startOf(store, run);
  const approval = wave && start && (await approvalOf(store, fleet, wave, { start, saved }));
  const request = await requestOf(saved, reference, own, environment, { fleet: approval });
  const reason = start?.reason;
  return { ...request, target, ...(approval && { approval }), ...(reason !== undefined && { reason }) };
}

interface Named {
  readonly target: string | undefined;
  readonly id: string | undefined;
}

function assertNames(reference: string, own: Named, given: Named): void {
  const command = commandLine`vulcan-ops run --plan ${reference} --as ${own.id ?? ""}`;
  if (given.target !== undefined && given.target !== own.target)
    throw usageError("plan-of-another-target", `${reference} is no plan of ${given.target}`, [command]);
  if (given.id !== undefined && given.id.toLowerCase() !== own.id)
    throw usageError("execution-of-another-plan", `the execution of ${reference} is ${own.id}, not ${given.id}`, [
      command,
    ]);
}

/** Who started a run, and what of it. */
export interface RecordedStart {
  readonly by: string;
  readonly at: string;
  readonly digest: string;
  /** The text that was typed; absent where each wave waits for an approval. */
  readonly text?: string;
  readonly reason?: string;
}

/** Undefined where it was not started. */
export async function startOf(store: FleetStore, run: string): Promise<RecordedStart | undefined> {
  const item = await store.read(plansKey(run), START_ITEM);
  return item && (item as unknown as RecordedStart);
}

async function approvalOf(
  store: FleetStore,
  { run, digest }: FleetPlan,
  { name: wave, approval }: PlannedWave,
  { start, saved }: { readonly start: RecordedStart; readonly saved: DigestedPlan },
): Promise<FleetApproval | undefined> {
  if (start.digest !== digest) return undefined;
  if (!approval) return { run, wave, digest, at: start.at, by: start.by, how: "started" };
  const answer = await store.read(approvedKey(run), wave);
  if (answer === undefined || answer.rejected === true || answer.digest !== digest) return undefined;
  const by = String(answer.by);
  const approver = { arn: by, account: by.split(":")[4] ?? "" };
  assertOther(approver, start.by, "started the run");
  assertOther(approver, saved.plan.caller.arn, "made the plan");
  return { run, wave, digest, at: String(answer.at), by, how: "approved" };
}
