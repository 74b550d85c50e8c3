import { shortDigest } from "../../domain/approval.ts";
import { isSamePerson } from "../../domain/aws/principal.ts";
import { guardError, usageError } from "../../domain/error.ts";
import type { Plan } from "../../domain/plan.ts";
import type { Environment } from "../../domain/ports.ts";
import { planRunbook } from "../../engine/plan.ts";
import { resolveInputs } from "../../runbook/resolve-inputs.ts";
import { type Access, openTarget } from "../open-target.ts";
import { operatorOf } from "../operator.ts";
import { saveApproval } from "./approval-file.ts";
import { samePerson } from "./clearance.ts";
import { assertPlanStillFits, assertValidNow } from "./saved-plan.ts";
import { readSavedRequest } from "./saved-request.ts";

/** A saved plan before a person who may approve it. */
export interface Approvable {
  /** The same plan, made anew with the approver's own credentials: a file could say one thing and do another. */
  readonly plan: Plan;
  readonly digest: string;
  readonly validFrom?: string | undefined;
  readonly validUntil?: string | undefined;
  /** ARN of the credentials that approve. */
  readonly by: string;
  /** Writes the approval. */
  save(path: string): void;
}

/**
 * Reads the plan, asks AWS who approves, and makes the plan anew. Refuses (exit 11) its planner, credentials of another
 * account, a plan whose time is over, and one that is no longer what the file says. It only reads.
 */
export async function openForApproval(path: string, options: Access, environment: Environment): Promise<Approvable> {
  const { request, saved } = await readSavedRequest(path, options, environment);
  const { digest, validFrom, validUntil, plan: kept } = saved;
  const open = await openTarget(options, environment, { purpose: "reading" });
  const caller = await open.caller();
  if (caller.account !== kept.caller.account) {
    const message = `the plan is of account ${kept.caller.account}, and these credentials belong to ${caller.account} (${caller.arn})`;
    throw guardError("approval-of-another-account", message, ["the same command with --profile NAME of that account"]);
  }
  if (isSamePerson(caller, kept.caller))
    throw samePerson(caller.arn, "made the plan", ["another person: the same command"]);
  const now = open.clock.now();
  // Before its time it may be approved: that is what the time between is for.
  const { validFrom: _, ...until } = saved;
  assertValidNow(until, now);
  const inputs = resolveInputs(request.document.runbook, request.inputs, now);
  const plan = assertPlanStillFits(kept, await planRunbook(open.planner, request.document, inputs, open.caller()));
  const approval = {
    kind: "approval of a plan",
    schemaVersion: 1,
    digest,
    at: new Date(now).toISOString(),
    by: caller.arn,
    account: caller.account,
    plannedBy: kept.caller.arn,
    plannedAt: kept.at,
    ...operatorOf(),
  } as const;
  return { plan, digest, validFrom, validUntil, by: caller.arn, save: (to) => saveApproval(to, approval) };
}

/** Refuses (exit 6) a digest that is not the plan's: at least its first eight digits. `reviewed`: what printed it. */
export function assertDigest(typed: string, digest: string, reviewed: string): void {
  const given = typed.toLowerCase();
  if (given.length >= 8 && digest.startsWith(given)) return;
  throw usageError(
    "digest-differs",
    `--digest says ${JSON.stringify(typed)}, and this is plan ${shortDigest(digest)}`,
    [`compare it with what was reviewed: ${reviewed}`],
  );
}
