import { usageError } from "../../../domain/error.ts";
import { type AppliedMigration, type SchemaState, stateOf } from "../../../domain/migrations/applied.ts";

/** What an operator may give: a number of steps, or the version that remains. */
export interface DownTargetInput {
  readonly to?: number | undefined;
  readonly steps?: number | undefined;
}

/**
 * The version that remains after a Down. `migrate down N` is relative: repeated, it takes back other migrations. So
 * steps become a version here, once. Throws usage (exit 6) if the list does not show what N would remove.
 */
export function downTarget(applied: readonly AppliedMigration[], { to, steps }: DownTargetInput): number {
  if ((to === undefined) === (steps === undefined))
    throw usageError("down-target", "say how far: so many steps, or the version to be left", [
      "vulcan-ops migrate down 2",
      "vulcan-ops migrate down --to 6",
    ]);
  const state = stateOf(applied);
  const target = to ?? afterSteps(state, steps as number);
  assertReachable(state, target);
  return target;
}

function afterSteps({ applied }: SchemaState, steps: number): number {
  if (steps > applied.length) {
    const count = applied.length === 1 ? "1 migration is" : `${applied.length} migrations are`;
    throw usageError("too-many-steps", `${steps} migrations cannot be rolled back: only ${count} applied`, STATUS);
  }
  return applied.at(-steps - 1)?.version ?? 0;
}

const STATUS = ["vulcan-ops migrate status"];

function assertReachable({ applied, newest, holes, duplicates }: SchemaState, to: number): void {
  if (to === newest) throw usageError("nothing-to-roll-back", `the schema is at migration ${to} already`, STATUS);
  if (to > newest)
    throw usageError("version-absent", `the schema is at migration ${newest}: a Down cannot lead to ${to}`, STATUS);
  if (to !== 0 && !applied.some(({ version }) => version === to))
    throw usageError("version-absent", `migration ${to} is not applied, so it cannot be what is left`, STATUS);
  const hole = holes.find((span) => span.to > to);
  const twice = duplicates.find((version) => version > to);
  if (hole === undefined && twice === undefined) return;
  const what = hole === undefined ? `migration ${twice} is listed twice` : `migration ${hole.from} is missing`;
  throw usageError(
    "version-hole",
    `${what} above ${to}: what "vulcan migrate down" would take back cannot be told for certain`,
    STATUS,
  );
}
