import { OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import type { AnyValues } from "../../domain/field.ts";
import type { Case, InspectedRunbook } from "../../domain/inspection.ts";
import { blocks, type Plan, type PlannedStep } from "../../domain/plan.ts";
import type { Document } from "../../domain/runbook.ts";
import { planRunbook } from "../../engine/plan.ts";
import { specOf } from "../../runbook/action-spec.ts";
import { resolveInputs } from "../../runbook/resolve-inputs.ts";
import { withCalendarFindings } from "../execution/change-calendar.ts";
import type { OpenTarget } from "../open-target.ts";
import { inspectionFinding } from "./inspection-finding.ts";
import type { Read } from "./offline.ts";

/** A runbook planned against the target as it is: what its checks say, and the plan itself. */
export async function planAgainst(
  open: OpenTarget,
  { inspected, document }: Read,
  given: Readonly<Record<string, string>>,
): Promise<InspectedRunbook> {
  if (document === undefined) return inspected;
  const planned = await attempt(open, document, given);
  if ("plan" in planned) {
    const { plan } = planned;
    const cases = [...plan.steps, ...plan.finally].map((step) => caseOf(step, open));
    return { ...inspected, cases: [...inspected.cases, ...cases], plan };
  }
  return { ...inspected, cases: [...inspected.cases, planned] };
}

async function attempt(
  open: OpenTarget,
  document: Document,
  given: Readonly<Record<string, string>>,
): Promise<{ readonly plan: Plan } | Case> {
  try {
    return { plan: await planOf(open, document, given) };
  } catch (error) {
    return failed(error);
  }
}

/** Returns only the plan, or rejects with its error. */
export async function planOf(
  open: OpenTarget,
  document: Document,
  given: Readonly<Record<string, string>>,
): Promise<Plan> {
  const inputs: AnyValues = resolveInputs(document.runbook, given, open.clock.now());
  return withCalendarFindings(await planRunbook(open.planner, document, inputs, open.caller()), open);
}

/** An error about the target or the inputs is a finding. An error that prevents every read is thrown. */
function failed(error: unknown): Case {
  const name = "plan";
  if (!(error instanceof OpsError)) throw error;
  const { code, message } = error.detail;
  if (code === "write-refused")
    return { depth: "read", name, remarks: [inspectionFinding("VOPS222", "error", message)] };
  if (error.exitCode === EXIT.guarded && code !== "account-mismatch")
    return { depth: "read", name, remarks: [inspectionFinding("VOPS221", "warning", message)] };
  if (error.exitCode === EXIT.usage) return { depth: "read", name, remarks: [], skipped: message };
  throw error;
}

function caseOf(step: PlannedStep, { planner }: OpenTarget): Case {
  const base = { depth: "read", name: step.id } as const;
  if (step.readiness === "deferred") return { ...base, remarks: [], skipped: `known after step ${step.until}` };
  const undeclared =
    step.undo?.kind === "irreversible" && specOf(planner.registry, step.action)?.irreversible !== true
      ? [
          inspectionFinding(
            "VOPS105",
            "error",
            `${step.action} proposes what cannot be undone: add irreversible: true to its code`,
          ),
        ]
      : [];
  const blocked = blocks(step).map(({ text, next }) =>
    inspectionFinding("VOPS220", "warning", `step ${step.id}: ${text}`, next?.[0]),
  );
  return { ...base, remarks: [...undeclared, ...blocked] };
}
