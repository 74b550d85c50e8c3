import { LABEL } from "../../../checks/revision/migrations-since.ts";
import { type HistoryRow, isLower } from "../../../domain/aws/ecs.ts";
import type { AppliedMigration } from "../../../domain/migrations/applied.ts";

/** The evidence for which migrations a revision's image holds. */
export interface ImageEvidence {
  /** Service deployments, newest first. */
  readonly rows: readonly HistoryRow[];
  /** Newest migration of a revision's image, where its label or tag says it. */
  readonly labels: ReadonlyMap<string, number>;
  readonly applied: readonly AppliedMigration[];
}

export interface ContainsMigration {
  readonly answer: "yes" | "no" | "unknown";
  /** How that is known, in words. */
  readonly how: string;
}

/** The database's clock and that of ECS may differ. */
const CLOCK_SKEW_MS = 60_000;

/**
 * Does the image of this revision hold that migration? Its label says so, else the times do. An image applies all its
 * migrations when it starts. So one that was deployed before the migration was applied does not hold it. The one that
 * was being deployed at that moment does.
 */
export function imageContainsMigration(name: string, version: number, evidence: ImageEvidence): ContainsMigration {
  const label = evidence.labels.get(name);
  if (label !== undefined) return { answer: label >= version ? "yes" : "no", how: `${LABEL}=${label} on ${name}` };
  const moment = evidence.applied.find((row) => row.version === version)?.appliedAt;
  if (moment === undefined) return unknown(`nothing says when migration ${version} was applied`);
  return byTimes(name, version, Date.parse(moment), evidence.rows);
}

const unknown = (how: string): ContainsMigration => ({ answer: "unknown", how });

function byTimes(name: string, version: number, applied: number, rows: readonly HistoryRow[]): ContainsMigration {
  const served = rows.find(
    ({ taskDefinition, status, finishedAt }) =>
      taskDefinition === name && status === "SUCCESSFUL" && Date.parse(finishedAt ?? "") < applied - CLOCK_SKEW_MS,
  );
  if (served !== undefined) return { answer: "no", how: `it served before migration ${version} was applied` };
  const bringer = rows.find(({ createdAt }) => Date.parse(createdAt) <= applied + CLOCK_SKEW_MS)?.taskDefinition;
  if (bringer === undefined || bringer === "") return unknown(`no deployment on record brought migration ${version}`);
  if (bringer === name) return { answer: "yes", how: `it was being deployed when migration ${version} was applied` };
  if (isLower(bringer, name))
    return { answer: "yes", how: `it is newer than ${bringer}, with which migration ${version} came` };
  return unknown(`neither a label ${LABEL} nor the history of deployments says whether it holds migration ${version}`);
}
