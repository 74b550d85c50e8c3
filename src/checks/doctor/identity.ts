import { type CheckFinding, fail, ok, warn } from "../../domain/diagnosis.ts";
import { OpsError } from "../../domain/error.ts";
import type { Caller, Target } from "../../domain/target.ts";
import type { DoctorCheck } from "../doctor-check.ts";

/** Who the caller is, and whether the target pins an account. Any account but the pinned one stops every command. */
export const identity: DoctorCheck = {
  id: "identity",
  title: "Identity",
  run: ({ reads, target }) =>
    reads.caller().then(
      (caller) => [judgeIdentity(target, caller)],
      (error: Error) => [fail(error.message, ...nextOf(error))],
    ),
};

export function judgeIdentity({ account, name }: Target, caller: Caller): CheckFinding {
  const who = `${caller.arn}${caller.source === undefined ? "" : `, by ${caller.source}`}`;
  if (account !== undefined) return ok(`account ${caller.account}, the one that the target pins, as ${who}`);
  return warn(
    `account ${caller.account} as ${who}; the target pins none, so credentials of another account would go unnoticed`,
    `account: "${caller.account}" of target ${name}, in vulcan-ops.yaml.`,
  );
}

function nextOf(error: Error): readonly string[] {
  return error instanceof OpsError ? (error.detail.next ?? []) : [];
}
