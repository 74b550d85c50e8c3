import type { RecordedApproval } from "../../domain/approval.ts";
import { usageError } from "../../domain/error.ts";
import { digestOf, readSealed, writeSealed } from "./sealed-file.ts";

/** What `approve PLAN -o FILE` writes and `run --plan PLAN --approval FILE` reads. */
export interface ApprovalFile extends RecordedApproval {
  readonly kind: "approval of a plan";
  readonly schemaVersion: 1;
  /** Account of the plan's target, as AWS named it to the approver. */
  readonly account: string;
  /** Who approved on this machine: the name of the user, and the host. */
  readonly operator: string;
  readonly host: string;
}

/** `seal`: of all the rest. It finds accidents; it is no signature. */
type SealedApproval = ApprovalFile & { readonly seal: string };

export function saveApproval(path: string, approval: ApprovalFile): void {
  const sealed: SealedApproval = { ...approval, seal: digestOf(approval) };
  writeSealed(path, sealed, unusable);
}

/** The approval exactly as it was written. Anything else is a usage error. */
export function readApproval(path: string): ApprovalFile {
  const found = readSealed(path, "approval", unusable) as Partial<SealedApproval> | null;
  if (found?.kind !== "approval of a plan") throw unusable(path, "is no approval that vulcan-ops approve has written");
  if (found.schemaVersion !== 1) throw unusable(path, "was written by another version of vulcan-ops");
  const { seal, ...approval } = found;
  if (seal !== digestOf(approval) || !isWhole(approval)) throw unusable(path, "is not as it was written");
  return approval;
}

const TEXTS = ["digest", "at", "by", "plannedBy", "plannedAt", "account", "operator", "host"] as const;

const isWhole = (approval: Partial<ApprovalFile>): approval is ApprovalFile =>
  TEXTS.every((name) => typeof approval[name] === "string") && !Number.isNaN(Date.parse(approval.at ?? ""));

function unusable(path: string, why: string): Error {
  return usageError("approval-file", `the approval file ${JSON.stringify(path)} ${why}`, [
    "vulcan-ops approve PLAN -o FILE",
  ]);
}
