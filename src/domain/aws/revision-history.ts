import type { Mark } from "../failed-revision.ts";
import { familyOf, type HistoryRow, revisionOf } from "./ecs.ts";

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
 * deployment of the same revision that failed or was rolled back, and not left for an earlier one. `rows` are newest
 * first. A revision newer than the current one is what somebody has just gone back from, however well it was deployed:
 * never back to that. Redeployments of the same revision are one run; a superseded (STOPPED) deployment says nothing of
 * its own revision either way. `marks`: what executions of ours have seen, which holds until it is deployed well again.
 */
export function judgeHistory(
  rows: readonly HistoryRow[],
  current: string,
  now: number,
  marks: readonly Mark[] = [],
): HistoryVerdict {
  const seen = new Set<string>([current, ""]);
  const proven: Proven[] = [];
  const passedOver: PassedOver[] = [];
  rows.forEach((row, index) => {
    if (seen.has(row.taskDefinition) || !SPEAKS.has(row.status)) return;
    seen.add(row.taskDefinition);
    const why = objection(rows, index, current) ?? marked(row, rows, marks);
    if (why === undefined) proven.push(service(rows, index, now));
    else passedOver.push({ taskDefinition: row.taskDefinition, why });
  });
  return { proven, passedOver };
}

const SPEAKS: ReadonlySet<string> = new Set(["SUCCESSFUL", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"]);

function objection(rows: readonly HistoryRow[], index: number, current: string): string | undefined {
  const row = rows[index] as HistoryRow;
  if (row.status !== "SUCCESSFUL") return `its deployment of ${row.createdAt} failed (${row.status})`;
  if (isLater(row.taskDefinition, current)) return "newer than what runs now: the service has gone back from it";
  const successor = rows
    .slice(0, index)
    .findLast((later) => isOther(later, row) && !later.status.startsWith("ROLLBACK"));
  if (successor === undefined || !isLater(row.taskDefinition, successor.taskDefinition)) return undefined;
  return `somebody went back from it to ${successor.taskDefinition} at ${successor.createdAt}`;
}

/** AWS's clock and ours may differ by this. */
const CLOCK_SKEW_MS = 5000;

/** A mark counts where the history holds the very deployment that it speaks of: another world's says nothing here. */
function marked(row: HistoryRow, rows: readonly HistoryRow[], marks: readonly Mark[]): string | undefined {
  const own = rows.filter(({ taskDefinition }) => taskDefinition === row.taskDefinition);
  const isOf = ({ sentAt, at }: Mark) => {
    const since = new Date(Date.parse(sentAt) - CLOCK_SKEW_MS).toISOString();
    return own.some(({ createdAt }) => createdAt >= since && createdAt <= at);
  };
  const isNewer = ({ at }: Mark) => at >= (row.finishedAt ?? row.createdAt);
  const mark = marks.find((one) => one.taskDefinition === row.taskDefinition && isNewer(one) && isOf(one));
  return mark && `going back to it failed at ${mark.at} (${mark.why}, execution ${mark.execution})`;
}

const isOther = (later: HistoryRow, row: HistoryRow): boolean =>
  later.taskDefinition !== row.taskDefinition && later.taskDefinition !== "";

/** A later revision of the same family. */
const isLater = (name: string, than: string): boolean =>
  familyOf(name) === familyOf(than) && revisionOf(name) > revisionOf(than);

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
