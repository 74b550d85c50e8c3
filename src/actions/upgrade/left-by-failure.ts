import type { Failure } from "../../domain/action.ts";
import { counted } from "../../domain/finding.ts";
import { newestOf, SOURCES } from "../../domain/migrations/signature.ts";
import type { ActionVerifyContext } from "../../domain/services.ts";
import { withTimeLimit } from "../../domain/time-limit.ts";
import { compare, type DatabaseSnapshot, snapshotFromOutputs } from "../database/snapshot.ts";

/** Evidence for a failure that is told at once: what is late is left out. */
const LIMIT_MS = 1500;

const REASONS: readonly string[] = ["migration-failed", "migration-killed"];

/**
 * What a failed migration left in the database: its transaction rolls back, so that it is nothing. `baseline`: the
 * snapshot from before the upgrade, as text.
 */
export async function leftByFailure(
  failure: Failure,
  baseline: string | undefined,
  { services, clock }: ActionVerifyContext,
): Promise<readonly string[]> {
  if (!REASONS.includes(failure.reason)) return [];
  const now = new Date(clock.now()).toISOString();
  const [told, facts] = await Promise.all([
    withTimeLimit(LIMIT_MS, services.schema.migrations()).catch(() => undefined),
    services.data && withTimeLimit(LIMIT_MS, services.data.facts(now)).catch(() => undefined),
  ]);
  if (told === undefined) return ["whether the migration was rolled back: not read"];
  const after = snapshotFromOutputs(told.applied, facts);
  const before = baseline === undefined ? undefined : (JSON.parse(baseline) as DatabaseSnapshot);
  const rows = facts === undefined || before === undefined ? [] : [rowsText(before, after)];
  const newest = `${newestOf(told.applied)} is the newest`;
  const version = failedVersion(failure);
  const isApplied = told.applied.some((one) => one.version === version);
  const left = isApplied ? `MIGRATION ${version} IS APPLIED` : `${nameOf(version)} left nothing`;
  return [[`by ${SOURCES[told.answeredBy]}: ${left}, ${newest}`, ...rows].join("; ")];
}

const nameOf = (version: number | undefined): string =>
  version === undefined ? "the migration" : `migration ${version}`;

/** By Vulcan's own line. */
function failedVersion({ text, evidence }: Failure): number | undefined {
  const [found] = [text, ...evidence].flatMap((line) => /Migration failed version=(\d+)/.exec(line)?.[1] ?? []);
  return found === undefined ? undefined : Number(found);
}

function rowsText(before: DatabaseSnapshot, after: DatabaseSnapshot): string {
  const { problems } = compare(before, after, []);
  if (problems.length > 0) return problems.join("; ");
  return `no row missing in ${counted(Object.values(after.rows).filter((count) => count !== null).length, "table")}`;
}
