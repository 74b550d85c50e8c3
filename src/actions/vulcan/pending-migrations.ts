import { labelOf } from "../../checks/revision/migrations-since.ts";
import type { ContainerQuestion } from "../../domain/aws/application-container.ts";
import type { TaskDefinition } from "../../domain/aws/ecs.ts";
import { commandLine } from "../../domain/command-line.ts";
import { counted } from "../../domain/finding.ts";
import { newestOf } from "../../domain/migrations/signature.ts";
import type { UndoGap } from "../../domain/operation.ts";
import type { ActionReadContext } from "../../domain/services.ts";
import { withTimeLimit } from "../../domain/time-limit.ts";

/** What a migration by that revision's image would apply, as far as it is known. */
export interface PendingMigrations {
  /** Newest applied migration. */
  readonly from?: number;
  /** Newest migration of the image, by its label. */
  readonly to?: number;
}

/** The list of applied migrations is evidence for the question. Without it the question stands as well. */
const LIMIT_MS = 3000;

export async function readPending(
  definition: TaskDefinition,
  balancers: ContainerQuestion["balancers"],
  { services, target }: ActionReadContext,
): Promise<PendingMigrations> {
  const read = await withTimeLimit(LIMIT_MS, services.schema.migrations()).catch(() => undefined);
  const to = labelOf(definition, { named: target.container, balancers });
  return { ...(read && { from: newestOf(read.applied) }), ...(to !== undefined && { to }) };
}

/** The text of the typed confirmation. It uses the label alone: what the list says may change meanwhile. */
export const migrateText = ({ to }: PendingMigrations): string => (to === undefined ? "migrate" : `migrate to ${to}`);

/** What an undo leaves: the migrations stay applied. Undefined where there is none to apply. */
export function schemaGap({ from, to }: PendingMigrations): UndoGap | undefined {
  if (from !== undefined && to !== undefined && to <= from) return undefined;
  return { of: "the schema", text: staysText(from, to), ...removal(from, to) };
}

const MOST_NAMED = 4;

function staysText(from: number | undefined, to: number | undefined): string {
  if (to === undefined) return "the migrations that it applies stay";
  if (from === undefined) return `the migrations up to ${to} stay`;
  const count = to - from;
  if (count === 1) return `migration ${to} stays`;
  // A label may name any number: not a list of that length.
  if (count > MOST_NAMED) return `${counted(count, "migration")}, ${from + 1} to ${to}, stay`;
  const versions = Array.from({ length: count - 1 }, (_, index) => from + 1 + index);
  return `migrations ${versions.join(", ")} and ${to} stay`;
}

/** By the version that remains: a window that fails may leave fewer migrations to take back than were planned. */
function removal(from: number | undefined, to: number | undefined): Pick<UndoGap, "command"> {
  return from === undefined || to === undefined ? {} : { command: commandLine`vulcan-ops migrate down --to ${from}` };
}
