import { commandLine } from "../../domain/command-line.ts";
import { counted } from "../../domain/finding.ts";
import { newestOf } from "../../domain/migrations/signature.ts";
import type { UndoGap } from "../../domain/operation.ts";
import type { ActionReadContext } from "../../domain/services.ts";
import { withTimeLimit } from "../../domain/time-limit.ts";
import { readLabels } from "./image-migrations.ts";

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
  taskDefinition: string,
  balancers: Parameters<typeof readLabels>[2]["balancers"],
  { services, target }: ActionReadContext,
): Promise<PendingMigrations> {
  const [labels, read] = await Promise.all([
    readLabels(services.aws.ecs, [taskDefinition], { named: target.container, balancers }),
    withTimeLimit(LIMIT_MS, services.schema.migrations()).catch(() => undefined),
  ]);
  const to = labels.get(taskDefinition);
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
  const versions = Array.from({ length: to - from }, (_, index) => from + 1 + index);
  if (versions.length === 1) return `migration ${to} stays`;
  if (versions.length > MOST_NAMED) return `${counted(versions.length, "migration")}, ${from + 1} to ${to}, stay`;
  return `migrations ${versions.slice(0, -1).join(", ")} and ${to} stay`;
}

function removal(from: number | undefined, to: number | undefined): Pick<UndoGap, "command"> {
  return from === undefined || to === undefined ? {} : { command: commandLine`vulcan-ops migrate down ${to - from}` };
}
