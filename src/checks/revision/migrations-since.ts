import {
  type ContainerQuestion,
  certainContainerName,
  chooseContainer,
  MIGRATIONS_LABEL,
} from "../../domain/aws/application-container.ts";
import type { HistoryRow, TaskDefinition } from "../../domain/aws/ecs.ts";
import type { AppliedMigration } from "../../domain/migrations/applied.ts";

/** What is known of the database's schema and of the two revisions. */
export interface SchemaEvidence {
  /** The applied migrations, or why they cannot be read. */
  readonly applied: { readonly list: readonly AppliedMigration[] } | { readonly why: string };
  /** Newest migration that the wanted revision's image knows, by its label. */
  readonly knows?: number;
  readonly currentKnows?: number;
  /** RFC 3339: when another revision replaced the wanted one. */
  readonly servedUntil?: string;
  /** The deployments could not be read, so it is unknown when the revision served. */
  readonly isHistoryUnread?: boolean;
}

/** The migrations that the wanted revision never ran with, and how that is known. */
export type Since =
  | { readonly kind: "list"; readonly list: readonly AppliedMigration[]; readonly how: string }
  /** Only versions, without what they do. */
  | { readonly kind: "count"; readonly text: string; readonly how: string }
  | { readonly kind: "unseen"; readonly why: string };

/** The database's clock and that of ECS may differ; one migration too many is the harmless mistake. */
const CLOCK_SKEW_MS = 60_000;

export const LABEL = MIGRATIONS_LABEL;

/** If containers contradict each other, the application's own counts. If that one is not certain, none counts. */
export function labelOf(
  definition: TaskDefinition | undefined,
  question: Omit<ContainerQuestion, "containers"> = { balancers: [] },
): number | undefined {
  const { containers = [] } = definition ?? {};
  const application = certainContainerName(chooseContainer({ ...question, containers }));
  const labelled = containers.flatMap(({ name, labels }) => {
    const version = versionIn(labels[LABEL]);
    return version === undefined ? [] : [{ name, version }];
  });
  const own = labelled.find(({ name }) => name === application)?.version;
  const [found, ...others] = new Set(labelled.map(({ version }) => version));
  if (own === undefined && others.length > 0) return undefined;
  return own ?? found ?? versionIn(definition?.tags?.[LABEL]);
}

const versionIn = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;

/**
 * When the wanted revision last served: until the deployment of another one began that was not itself rolled back.
 * Undefined where no successful deployment of it is on record. `rows` are newest first.
 */
export function servedUntil(rows: readonly HistoryRow[], wanted: string): string | undefined {
  const last = rows.findIndex((row) => row.taskDefinition === wanted && row.status === "SUCCESSFUL");
  const after = rows
    .slice(0, Math.max(0, last))
    .findLast((row) => row.taskDefinition !== wanted && row.status !== "ROLLBACK_SUCCESSFUL");
  return after?.createdAt;
}

export function since(wanted: string, evidence: SchemaEvidence): Since {
  const { applied } = evidence;
  return "list" in applied ? listed(wanted, applied.list, evidence) : labelled(applied.why, evidence);
}

function listed(
  wanted: string,
  list: readonly AppliedMigration[],
  { knows, servedUntil, isHistoryUnread }: SchemaEvidence,
): Since {
  const newest = Math.max(0, ...list.map(({ version }) => version));
  const api = `admin API: ${newest} is the newest`;
  if (knows !== undefined) {
    const how = `${api}; label ${LABEL}=${knows} on ${wanted}`;
    return { kind: "list", list: list.filter(({ version }) => version > knows), how };
  }
  if (servedUntil === undefined) {
    const text = `the schema is at migration ${newest}, and nothing says which of them ${wanted} knows`;
    const deployed =
      isHistoryUnread === true
        ? "the deployment history could not be read"
        : "no successful deployment of it on record";
    return { kind: "count", text, how: `${api}; no label, and ${deployed}` };
  }
  if (list.some(({ appliedAt }) => appliedAt === undefined))
    return { kind: "unseen", why: "the admin API does not say when each migration was applied" };
  const how = `${api}; inferred from when each was applied: it served until ${minute(servedUntil)}`;
  const from = Date.parse(servedUntil) - CLOCK_SKEW_MS;
  return { kind: "list", list: list.filter(({ appliedAt = "" }) => Date.parse(appliedAt) >= from), how };
}

/** `2026-04-10 03:41Z` */
const minute = (instant: string): string => `${instant.slice(0, 10)} ${instant.slice(11, 16)}Z`;

/** Without the list, the labels of both revisions still show whether there is any migration between them. */
function labelled(why: string, { knows, currentKnows }: SchemaEvidence): Since {
  if (knows === undefined || currentKnows === undefined) return { kind: "unseen", why };
  const how = `labels ${LABEL} of both revisions; the list itself was not seen: ${why}`;
  if (currentKnows <= knows) return { kind: "list", list: [], how };
  return { kind: "count", text: `migrations ${knows + 1} to ${currentKnows} are newer than it`, how };
}
