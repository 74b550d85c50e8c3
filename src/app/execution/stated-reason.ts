import { OpsError } from "../../domain/error.ts";
import { MOST_REASON, ownWords } from "../../domain/execution-note.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import type { Plan } from "../../domain/plan.ts";
import { ROLLBACK_RUNBOOKS } from "../../domain/rollback-runbooks.ts";
import type { Runbook } from "../../domain/runbook.ts";
import { isRescue } from "../../engine/by-hand.ts";
import type { ExecutionSession } from "./session.ts";

/** Whether the target's configuration requires a reason that is not given yet. Never of a rollback or a dry run. */
export function lacksReason({ target, reason }: ExecutionSession, runbook: Runbook, plan: Plan): boolean {
  if (target.target.requireReason !== true || reason !== undefined) return false;
  return asksForMore(target, runbook, plan);
}

/** Whether the target's `requireReason` and `requireApproval` are about this plan: it changes something, and is no rollback. */
export const asksForMore = (target: ExecutionSession["target"], runbook: Runbook, plan: Plan): boolean =>
  !isRollback(target, runbook) && plan.steps.some(isToChange);

const isRollback = ({ planner }: ExecutionSession["target"], runbook: Runbook): boolean =>
  ROLLBACK_RUNBOOKS.includes(runbook.id) || isRescue(planner, runbook);

const isToChange = ({ risk, readiness }: Plan["steps"][number]): boolean =>
  risk !== "read" && (readiness === "ready" || readiness === "deferred");

/** The reason that is recorded. Asked of a person where the target requires one; exit 3 where none is given. */
export async function statedReason(
  session: ExecutionSession,
  runbook: Runbook,
  plan: Plan,
): Promise<string | undefined> {
  const { reason, target, io } = session;
  if (lacksReason(session, runbook, plan)) return askForReason(session);
  if (reason === undefined && target.target.requireReason === true) io.say("No reason given (--reason TEXT).");
  return reason;
}

async function askForReason({ io, target: { target } }: ExecutionSession): Promise<string> {
  const { text } = await io.ask({ kind: "reason", target: target.name, most: MOST_REASON });
  const reason = text === undefined ? undefined : ownWords(text, MOST_REASON);
  if (reason !== undefined) return reason;
  throw new OpsError({
    code: "reason-missing",
    exitCode: EXIT.declined,
    fault: "operator",
    message: `target ${target.name} requires a reason, and none was given`,
    unchanged: "Nothing was sent.",
    next: ["the same command with --reason INC-123"],
  });
}
