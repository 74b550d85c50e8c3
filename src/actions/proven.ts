import { familyOf, type HistoryRow, revisionOf } from "../aws/shapes.ts";

/** A revision that served: when its deployment finished, how long it was the one in place, and what speaks against it. */
export interface Proven {
  readonly taskDefinition: string;
  readonly since: string;
  /** Seconds from the end of its deployment until another revision's deployment began. */
  readonly ranSeconds: number;
}

/**
 * The revisions that a service may go back to, newest first: deployed successfully, not the current one, and with no
 * later deployment of the same revision that failed or was rolled back. `rows` are newest first. A revision newer than
 * the current one is what somebody has just gone back from, however well it was deployed: never back to that.
 * Redeployments of the same revision are one run; a superseded (STOPPED) deployment says nothing either way.
 */
export function provenRevisions(rows: readonly HistoryRow[], current: string, now: number): readonly Proven[] {
  const seen = new Set<string>([current]);
  const proven: Proven[] = [];
  rows.forEach((row, index) => {
    if (seen.has(row.taskDefinition) || !SPEAKS.has(row.status)) return;
    seen.add(row.taskDefinition);
    if (row.status !== "SUCCESSFUL" || !isEarlier(row.taskDefinition, current)) return;
    proven.push({ taskDefinition: row.taskDefinition, ...service(rows.slice(0, index), firstOfRun(rows, index), now) });
  });
  return proven;
}

function isEarlier(name: string, current: string): boolean {
  return name !== "" && (familyOf(name) !== familyOf(current) || revisionOf(name) < revisionOf(current));
}

/** The deployment that brought the revision in, before it was deployed again and again. */
function firstOfRun(rows: readonly HistoryRow[], index: number): HistoryRow {
  const row = rows[index] as HistoryRow;
  const older = rows[index + 1];
  const isSameRun = older?.status === "SUCCESSFUL" && older.taskDefinition === row.taskDefinition;
  return isSameRun ? firstOfRun(rows, index + 1) : row;
}

const SPEAKS: ReadonlySet<string> = new Set(["SUCCESSFUL", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"]);

function service(newer: readonly HistoryRow[], row: HistoryRow, now: number): Omit<Proven, "taskDefinition"> {
  const since = row.finishedAt ?? row.createdAt;
  const successor = newer.filter((later) => later.taskDefinition !== row.taskDefinition).at(-1);
  const until = successor === undefined ? now : Date.parse(successor.startedAt ?? successor.createdAt);
  return { since, ranSeconds: Math.max(0, (until - Date.parse(since)) / 1000) };
}
