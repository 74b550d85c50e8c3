import type { Clearance, RecordedApproval } from "../../domain/approval.ts";
import { shortDigest } from "../../domain/approval.ts";
import { isSamePerson } from "../../domain/aws/principal.ts";
import { commandLine } from "../../domain/command-line.ts";
import { guardError, usageError } from "../../domain/error.ts";
import type { Plan } from "../../domain/plan.ts";
import type { Runbook } from "../../domain/runbook.ts";
import type { Caller } from "../../domain/target.ts";
import { asPath } from "../open-runbook.ts";
import type { ApprovalFile } from "./approval-file.ts";
import type { RunRequest } from "./run-request.ts";
import type { ExecutionSession } from "./session.ts";
import { asksForMore } from "./stated-reason.ts";

/**
 * What lets this execution begin: an approval that fits, an emergency, or nothing where the target asks for neither.
 * Throws exit 11 where an approval does not fit, and exit 6 where one is missing.
 */
export function clearanceFor(
  session: Pick<ExecutionSession, "target" | "emergency">,
  { saved, approval, fleet }: Pick<RunRequest, "saved" | "approval" | "fleet">,
  runbook: Runbook,
  plan: Plan,
): Clearance {
  const { target, emergency } = session;
  const isKnown = emergency !== undefined && { emergency };
  if (approval !== undefined && saved !== undefined)
    return { ...isKnown, approval: fitting(approval, saved, plan.caller, target.clock.now()) };
  // Its digest was compared, and that its approver is another person, where it was read.
  if (fleet?.how === "approved") return { ...isKnown, fleet };
  if (target.target.requireApproval !== true || !asksForMore(target, runbook, plan))
    return { ...isKnown, ...(fleet && { fleet }) };
  if (emergency !== undefined) return { emergency };
  throw lacking(plan, saved !== undefined);
}

function lacking({ target, runbook }: Plan, isSaved: boolean): Error {
  const message = `target ${target.name} requires a plan that another person has approved, and there is no approval`;
  const steps = isSaved
    ? ["another person: vulcan-ops approve PLAN -o APPROVAL", "then: vulcan-ops run --plan PLAN --approval APPROVAL"]
    : [
        commandLine`vulcan-ops plan ${asPath(runbook.source)} -o PLAN`,
        "another person: vulcan-ops approve PLAN -o APPROVAL",
        "then: vulcan-ops run --plan PLAN --approval APPROVAL",
      ];
  return usageError("approval-missing", message, [
    ...steps,
    "in an emergency: the same command with --emergency REASON, which END, notices and the report show",
  ]);
}

/** The saved plan, as far as an approval is about it. */
interface Approvable {
  readonly digest: string;
  readonly plan: Plan;
}

function fitting(approval: ApprovalFile, { digest, plan }: Approvable, starter: Caller, now: number): RecordedApproval {
  const { by, at, plannedBy, plannedAt, account } = approval;
  const next = ["another person: vulcan-ops approve PLAN -o APPROVAL"];
  if (approval.digest !== digest) {
    const [approved, given] = [approval.digest, digest].map(shortDigest);
    throw guardError(
      "approval-of-another-plan",
      `the approval is of plan ${approved}, and this is plan ${given}`,
      next,
    );
  }
  if (account !== starter.account)
    throw guardError("approval-of-another-account", `the approval was given in account ${account}`, next);
  if (Date.parse(at) > now) throw guardError("approval-ahead", `the approval is dated ${at}, which is to come`, next);
  const approver: Caller = { account, arn: by };
  if (isSamePerson(approver, plan.caller)) throw samePerson(by, "made the plan", next);
  if (isSamePerson(approver, starter)) throw samePerson(by, "starts it", next);
  return { digest, at, by, plannedBy, plannedAt };
}

/** Of a plan that its own planner, or who starts it, has approved. */
export const samePerson = (arn: string, did: string, next: readonly string[]): Error =>
  guardError("approver-is-the-same", `${arn} ${did}: another person has to approve the plan`, next);
