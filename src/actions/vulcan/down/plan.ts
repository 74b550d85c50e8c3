import type { Consequence, Proposal, Replaced, StepPlan } from "../../../domain/action.ts";
import { type LockedSession, NAME_THE_LOCK, otherLocksText, splitByConcern } from "../../../domain/database/locks.ts";
import type { Deed } from "../../../domain/deed.ts";
import type { Fields, Values } from "../../../domain/field.ts";
import { block, notChecked, warn } from "../../../domain/finding.ts";
import type { AppliedMigration } from "../../../domain/migrations/applied.ts";
import { signature, split } from "../../../domain/migrations/signature.ts";
import type { Change, Finding, Operation } from "../../../domain/operation.ts";
import type { ActionReadContext } from "../../../domain/services.ts";

/** Inputs from `vulcan.findDown` for both ways of running a Down. */
export const downInputs = {
  to: { type: "version", description: "Version that is left." },
  from: { type: "version", description: "Newest version before." },
  count: { type: "integer", minimum: 1, description: "How many migrations are taken back." },
  before: { type: "string", description: "Signature of the rows that have to be there." },
  after: { type: "string", description: "Signature of the rows that shall be left." },
  loss: { type: "string", required: false, description: "What is lost with its rows, named in the confirmation." },
  gone: { type: "string", required: false, description: "Objects that are there and have to be gone afterwards." },
} as const satisfies Fields;

export type DownInputs = Values<typeof downInputs>;

/** What is lost, else the version that remains. */
export const downConsequence = {
  of: ["loss", "to"],
  text: ({ loss, to }) => (loss === undefined ? `down to ${to}` : `drop ${loss}`),
} as const satisfies Consequence<typeof downInputs>;

/** The newest migration, as `--expect-current` names it. */
export const downReplaces = async ({ from }: Partial<DownInputs>): Promise<Replaced | undefined> =>
  from === undefined ? undefined : { text: String(from) };

/** The state at the moment of planning. */
export interface DownState {
  readonly applied: readonly AppliedMigration[];
  /** Migrations or other sessions that hold the locks; undefined if SQL is not set up or does not answer. */
  readonly migrating: readonly string[] | undefined;
  /** Sessions with advisory locks that are not known to be a migration's. */
  readonly otherLocks?: readonly LockedSession[];
}

export async function readDownState({ services }: ActionReadContext): Promise<DownState> {
  const [{ applied }, sessions] = await Promise.all([
    services.schema.migrations(),
    services.schema.sql?.lockHolders().catch(() => undefined),
  ]);
  if (sessions === undefined) return { applied, migrating: undefined };
  const { concerned, others } = splitByConcern(sessions);
  const migrating = concerned.map(({ pid, application, state }) => `${application || "a session"} (${pid}, ${state})`);
  return { applied, migrating, ...(others.length > 0 && { otherLocks: others }) };
}

/** The command that Vulcan documents. */
export const downCommand = (count: number): readonly string[] => ["vulcan", "migrate", "down", String(count)];

/** The step as it is shown and confirmed. It has no request if the rows are gone already, or if findings stop it. */
export function planDown(
  given: DownInputs,
  state: DownState,
  how: { readonly operation?: Operation | undefined; readonly where: string; readonly basis: Proposal["basis"] },
  more: readonly Finding[],
): StepPlan {
  const now = signature(state.applied);
  const outputs = {};
  if (now === given.after)
    return { summary: `the schema is already at migration ${given.to}`, changes: [], findings: [], outputs };
  return {
    summary: `${downCommand(given.count).join(" ")} in ${how.where}`,
    deed: deedOf(given),
    changes: changesOf(given, state.applied),
    findings: [...rowFindings(given, now), ...migratingFindings(state), ...more],
    outputs,
    ...(how.operation && { proposal: proposalOf(given, how.operation, { ...how.basis, migrations: now }) }),
  };
}

const deedOf = ({ from, to }: DownInputs): Deed => ({
  verb: "migrate down",
  past: "migrated down",
  object: "the database",
  main: true,
  from: `migration ${from}`,
  to: String(to),
});

const proposalOf = (given: DownInputs, operation: Operation, basis: Proposal["basis"]): Proposal => ({
  operation,
  undo: { kind: "irreversible", reason: "a Down deletes data; only a backup has it afterwards" },
  basis,
  consequence: downConsequence.text(given),
  current: String(given.from),
});

function changesOf({ to, from }: DownInputs, applied: readonly AppliedMigration[]): Change[] {
  const versions = { subject: "database", property: "newest migration", before: from, after: to };
  return [versions, ...removals(split(applied, to).removed)];
}

/** One line for each migration that is taken back. */
function removals(removed: readonly AppliedMigration[]): Change[] {
  return removed.map(({ version, description, appliedAt }) => ({
    subject: `migration ${version} “${description}”`,
    property: "state",
    before: `applied ${appliedAt ?? "at an unknown time"}`,
    after: "rolled back",
  }));
}

function rowFindings({ before }: DownInputs, now: string): Finding[] {
  if (now === before) return [];
  return [block("migrations-changed", `the migrations changed since they were shown: ${now}, instead of ${before}`)];
}

function migratingFindings({ migrating, otherLocks: others = [] }: DownState): Finding[] {
  if (migrating === undefined) return [notChecked("whether a migration is running", "SQL is not set up")];
  return [
    ...(migrating.length === 0
      ? []
      : [block("migration-under-way", `the migration locks are held or awaited: ${migrating.join(", ")}`)]),
    ...(others.length === 0 ? [] : [warn("other-locks", otherLocksText(others), [NAME_THE_LOCK])]),
  ];
}
