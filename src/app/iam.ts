import { withJournal } from "../domain/aws/iam-journal-needs.ts";
import { ALL_NEEDS, NEEDS, type Needs } from "../domain/aws/iam-needs.ts";
import {
  type Explained,
  explainPolicy,
  namesOf,
  type Policy,
  policyFor,
  type ResourceNames,
} from "../domain/aws/iam-policy.ts";
import { secretGrants } from "../domain/aws/iam-secrets.ts";
import { usageError } from "../domain/error.ts";
import type { Environment } from "../domain/ports.ts";
import type { StoreAddress } from "../domain/store-address.ts";
import type { Target, TargetOptions } from "../domain/target.ts";
import { resolveTarget } from "../target/resolve.ts";

/** The least policy, and what each of its statements is for. */
export interface LeastPolicy {
  readonly policy: Policy;
  readonly statements: readonly Explained[];
}

/**
 * The least IAM policy for a command on the target, for `observer`, or for every command. Asks AWS nothing: what the
 * target does not tell stays open. Exit 6 where there is no such command.
 */
export async function leastPolicy(
  command: string | undefined,
  options: TargetOptions,
  environment: Environment,
): Promise<LeastPolicy> {
  const { name, needs: usual } = command === undefined ? { name: undefined, needs: ALL_NEEDS } : needsOf(command);
  const { target, choice, files, secrets, journal } = await resolveTarget(options, environment);
  const needs = journal === undefined ? usual : withJournal(usual, name);
  // The region of a profile tells the partition, but limits no resource: only the target pins its region.
  const place = namesOf(target, target.region ?? files.profile(choice?.name ?? "default")?.region);
  const names = { ...place, ...journalNames(journal, target) };
  const { statements, explained } = secretGrants(secrets, name, needs.reads.length > 0);
  const policy = policyFor(needs, names);
  return {
    policy: { ...policy, Statement: [...policy.Statement, ...statements] },
    statements: [...explainPolicy(needs), ...explained],
  };
}

/** Another profile may be another account's. */
const journalNames = (journal: StoreAddress | undefined, { account }: Target): Partial<ResourceNames> => ({
  ...(journal && { journalTable: journal.table }),
  ...(journal?.region && { journalRegion: journal.region }),
  ...(journal?.profile === undefined && account !== undefined && { journalAccount: account }),
});

/** `history export` needs what `history` needs. */
function needsOf(command: string): { readonly name: string; readonly needs: Needs } {
  const words = command.split(/[\s-]+/).filter((word) => word !== "vulcan" && word !== "ops");
  const names = Object.keys(NEEDS) as (keyof typeof NEEDS)[];
  const name = names.find((one) => one === words.join(" ")) ?? names.find((one) => one === words[0]);
  if (name !== undefined) return { name, needs: NEEDS[name] };
  throw usageError("command-unknown", `there is no command ${JSON.stringify(command)}; there is: ${names.join(", ")}`, [
    "vulcan-ops iam --for observer",
  ]);
}
