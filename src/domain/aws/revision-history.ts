import { type FailedMark, isReturn, type Mark } from "../failed-revision.ts";
import type { HistoryRow } from "./ecs.ts";
import { CLOCK_SKEW_MS, goneBack, type Left } from "./gone-back.ts";

/** A revision that served: when its deployment finished, how long it was the one in place, and what speaks against it. */
export interface Proven {
  readonly taskDefinition: string;
  readonly since: string;
  /** Seconds from the end of its deployment until another revision's deployment began. */
  readonly ranSeconds: number;
  /** The deployment that speaks for it. */
  readonly deployment: string;
}

/** A revision that is on record and not gone back to, and why not. */
export interface PassedOver {
  readonly taskDefinition: string;
  readonly why: string;
}

export interface HistoryVerdict {
  readonly proven: readonly Proven[];
  readonly passedOver: readonly PassedOver[];
}

/**
 * What the history says of each revision but the current one, newest first. Proven: deployed successfully, with no later
 * deployment of the same revision that failed or was rolled back, and the service has not gone back from it. `rows` are
 * newest first. Redeployments of the same revision are one run; a superseded (STOPPED) deployment says nothing about its
 * own revision. `marks` are what our own executions have seen; a mark holds until the revision is deployed well again.
 */
export function judgeHistory(
  rows: readonly HistoryRow[],
  current: string,
  now: number,
  marks: readonly Mark[] = [],
): HistoryVerdict {
  const left = goneBack(rows, current, marks.filter(isReturn));
  const failed = marks.filter((mark): mark is FailedMark => !isReturn(mark));
  const seen = new Set<string>([current, ""]);
  const proven: Proven[] = [];
  const passedOver: PassedOver[] = [];
  rows.forEach((row, index) => {
    if (seen.has(row.taskDefinition) || !SPEAKS.has(row.status)) return;
    seen.add(row.taskDefinition);
    const why = objection(row, left) ?? marked(row, rows, failed);
    if (why === undefined) proven.push(service(rows, index, now));
    else passedOver.push({ taskDefinition: row.taskDefinition, why });
  });
  return { proven, passedOver };
}

const SPEAKS: ReadonlySet<string> = new Set(["SUCCESSFUL", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"]);

function objection(row: HistoryRow, left: ReadonlyMap<string, Left>): string | undefined {
  if (row.status !== "SUCCESSFUL") return `its deployment of ${row.createdAt} failed (${row.status})`;
  const back = left.get(row.taskDefinition);
  if (back === undefined) return undefined;
  return `the service has gone back from it to ${back.to}${back.at === undefined ? "" : `, at ${back.at}`}`;
}

/** A mark counts where the history holds the very deployment that it speaks of: another world's says nothing here. */
function marked(row: HistoryRow, rows: readonly HistoryRow[], marks: readonly FailedMark[]): string | undefined {
  const own = rows.filter(({ taskDefinition }) => taskDefinition === row.taskDefinition);
  const isOf = ({ sentAt, at }: FailedMark) => {
    const since = new Date(Date.parse(sentAt) - CLOCK_SKEW_MS).toISOString();
    return own.some(({ createdAt }) => createdAt >= since && createdAt <= at);
  };
  const isNewer = ({ at }: FailedMark) => at >= (row.finishedAt ?? row.createdAt);
  const mark = marks.find((one) => one.taskDefinition === row.taskDefinition && isNewer(one) && isOf(one));
  return mark && `going back to it failed at ${mark.at} (${mark.why}, execution ${mark.execution})`;
}

/** The deployment that brought the revision in, before it was deployed again and again. */
function firstOfRun(rows: readonly HistoryRow[], index: number): HistoryRow {
  const row = rows[index] as HistoryRow;
  const older = rows[index + 1];
  const isSameRun = older?.status === "SUCCESSFUL" && older.taskDefinition === row.taskDefinition;
  return isSameRun ? firstOfRun(rows, index + 1) : row;
}

function service(rows: readonly HistoryRow[], index: number, now: number): Proven {
  const row = rows[index] as HistoryRow;
  const first = firstOfRun(rows, index);
  const since = first.finishedAt ?? first.createdAt;
  const successor = rows.slice(0, index).findLast((later) => later.taskDefinition !== row.taskDefinition);
  const until = successor === undefined ? now : Date.parse(successor.startedAt ?? successor.createdAt);
  const ranSeconds = Math.max(0, (until - Date.parse(since)) / 1000);
  return { taskDefinition: row.taskDefinition, since, ranSeconds, deployment: row.arn };
}
