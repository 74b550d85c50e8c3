import { nextOf } from "../../domain/error.ts";
import { block, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Caller, Target } from "../../domain/target.ts";
import type { DoctorCheck } from "../doctor-subject.ts";

/** Who the caller is, and whether the target pins an account. Any account but the pinned one stops every command. */
export const identity: DoctorCheck = {
  id: "identity",
  question: "Identity",
  run: ({ reads, target }) =>
    reads.caller().then(
      (caller) => [judgeIdentity(target, caller)],
      (error: Error) => [block("caller-unknown", error.message, nextOf(error))],
    ),
};

export function judgeIdentity({ account, name }: Target, caller: Caller): Finding {
  const who = `${caller.arn}${caller.source === undefined ? "" : `, by ${caller.source}`}`;
  if (account !== undefined)
    return ok("account-pinned", `account ${caller.account}, the one that the target pins, as ${who}`);
  return warn(
    "account-not-pinned",
    `account ${caller.account} as ${who}; the target pins none, so credentials of another account would go unnoticed`,
    [`account: "${caller.account}" of target ${name}, in vulcan-ops.yaml.`],
  );
}
