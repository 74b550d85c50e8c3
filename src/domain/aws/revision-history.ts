import { type FailedRevision, isReturnedFrom, type RevisionMark } from "../failed-revision.ts";
import type { HistoryRow } from "./ecs.ts";
import { CLOCK_SKEW_MS, type RevisionLeft, rolledBackRevisions } from "./rolled-back.ts";

/** A revision that served: when its deployment finished, how long it was in place, and which deployment proves it. */
export interface ProvenRevision {
  readonly taskDefinition: string;
  readonly since: string;
  /** Seconds from the end of its deployment until another revision's deployment began. */
  readonly ranSeconds: number;
  /** ARN of the deployment that proves it. */
  readonly deployment: string;
}

/** A revision on record that is not suitable for a rollback, and why. */
export interface RejectedRevision {
  readonly taskDefinition: string;
  readonly why: string;
}

export interface RankedRevisions {
  readonly proven: readonly ProvenRevision[];
  readonly rejected: readonly RejectedRevision[];
}

/**
 * What the history says of each revision but the current one, newest first. Proven: it was deployed successfully, no
 * later deployment of it failed or was rolled back, and the service has not gone back from it. `rows` are newest first.
 * Redeployments of the same revision are one run; a superseded (STOPPED) deployment says nothing about its own
 * revision, and so does one of no tasks. `marks` come from our own executions; a mark holds until the revision is deployed successfully again.
 */
export function rankRevisions(
  rows: readonly HistoryRow[],
  current: string,
  now: number,
  marks: readonly RevisionMark[] = [],
): RankedRevisions {
  const left = rolledBackRevisions(rows, current, marks.filter(isReturnedFrom));
  const failed = marks.filter((mark): mark is FailedRevision => !isReturnedFrom(mark));
  const seen = new Set<string>([current, ""]);
  const proven: ProvenRevision[] = [];
  const passedOver: RejectedRevision[] = [];
  rows.forEach((row, index) => {
    if (seen.has(row.taskDefinition) || !CONCLUSIVE.has(row.status) || isEmpty(row)) return;
    seen.add(row.taskDefinition);
    const why = objection(row, left) ?? marked(row, rows, failed);
    if (why === undefined) proven.push(toProven(rows, index, now));
    else passedOver.push({ taskDefinition: row.taskDefinition, why });
  });
  return { proven, rejected: passedOver };
}

const isEmpty = ({ status, tasks }: HistoryRow): boolean => status === "SUCCESSFUL" && tasks === 0;

const CONCLUSIVE: ReadonlySet<string> = new Set(["SUCCESSFUL", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"]);

function objection(row: HistoryRow, left: ReadonlyMap<string, RevisionLeft>): string | undefined {
  if (row.status !== "SUCCESSFUL") return `its deployment of ${row.createdAt} failed (${row.status})`;
  const back = left.get(row.taskDefinition);
  if (back === undefined) return undefined;
  return `the service has gone back from it to ${back.to}${back.at === undefined ? "" : `, at ${back.at}`}`;
}

/** A mark counts only where the history holds its own deployment. A mark from another environment says nothing here. */
function marked(row: HistoryRow, rows: readonly HistoryRow[], marks: readonly FailedRevision[]): string | undefined {
  const own = rows.filter(({ taskDefinition }) => taskDefinition === row.taskDefinition);
  const isOf = ({ sentAt, at }: FailedRevision) => {
    const since = new Date(Date.parse(sentAt) - CLOCK_SKEW_MS).toISOString();
    return own.some(({ createdAt }) => createdAt >= since && createdAt <= at);
  };
  const isNewer = ({ at }: FailedRevision) => at >= (row.finishedAt ?? row.createdAt);
  const mark = marks.find((one) => one.taskDefinition === row.taskDefinition && isNewer(one) && isOf(one));
  return mark && `going back to it failed at ${mark.at} (${mark.why}, execution ${mark.execution})`;
}

/** The first deployment of the revision in an unbroken run of its redeployments. */
function firstOfRun(rows: readonly HistoryRow[], index: number): HistoryRow {
  const row = rows[index] as HistoryRow;
  const older = rows[index + 1];
  const isSameRun = older?.status === "SUCCESSFUL" && older.taskDefinition === row.taskDefinition && !isEmpty(older);
  return isSameRun ? firstOfRun(rows, index + 1) : row;
}

function toProven(rows: readonly HistoryRow[], index: number, now: number): ProvenRevision {
  const row = rows[index] as HistoryRow;
  const first = firstOfRun(rows, index);
  const since = first.finishedAt ?? first.createdAt;
  const successor = rows.slice(0, index).findLast((later) => later.taskDefinition !== row.taskDefinition);
  const until = successor === undefined ? now : Date.parse(successor.startedAt ?? successor.createdAt);
  const ranSeconds = Math.max(0, (until - Date.parse(since)) / 1000);
  return { taskDefinition: row.taskDefinition, since, ranSeconds, deployment: row.arn };
}
