import type { FleetApproval } from "../../domain/approval.ts";
import type { Document } from "../../domain/runbook.ts";
import type { Target } from "../../domain/target.ts";
import type { ApprovalFile } from "./approval-file.ts";
import type { DigestedPlan } from "./saved-plan.ts";

/** What to run. */
export interface RunRequest {
  readonly document: Document;
  /** Inputs as typed. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** For an invalid input: the command line that gives a valid one, if it is not `--input name=…`. */
  readonly exampleOf?: ((input: string) => string) | undefined;
  /** For people: the command line of this request. */
  readonly command: string;
  /** The saved plan that the new plan has to match. */
  readonly saved?: DigestedPlan | undefined;
  /** Of the saved plan, by another person. */
  readonly approval?: ApprovalFile | undefined;
  /** Of all plans of the fleet that the saved plan is of. */
  readonly fleet?: FleetApproval | undefined;
  /** The target of a sandbox made for this run. It replaces the configured target. */
  readonly pinned?: Target | undefined;
}
