import type { ReturnMark } from "../failed-revision.ts";
import { familyOf, type HistoryRow, revisionOf } from "./ecs.ts";

/** Where the service went instead, and by which deployment; absent where the history does not hold that deployment. */
export interface Left {
  readonly to: string;
  readonly at?: string;
}

/** A move of the service to a revision. */
interface Move {
  readonly to: string;
  readonly row?: HistoryRow;
}

/**
 * The revisions that the service has gone back from and has not been moved to again. The order of deployments tells:
 * a move to a revision that was there before leaves all that came after it, whatever its number or family. `rows` are
 * newest first; `returns` are what executions of ours know to have been a going back.
 */
export function goneBack(
  rows: readonly HistoryRow[],
  current: string,
  returns: readonly ReturnMark[],
): ReadonlyMap<string, Left> {
  const left = new Map<string, Left>();
  /** Oldest first; the last one is in place. */
  let standing: readonly string[] = [];
  for (const move of movesOf(rows, current)) {
    const kept = keptBy(move, standing, returns);
    for (const name of standing.slice(kept.length)) left.set(name, leftBy(move));
    left.delete(move.to);
    standing = kept.at(-1) === move.to ? kept : [...kept, move.to];
  }
  return left;
}

const leftBy = ({ to, row }: Move): Left => ({ to, ...(row && { at: row.createdAt }) });

/** Oldest first. What ECS has taken back is no move; what runs now is the last one, also where no row tells of it. */
function movesOf(rows: readonly HistoryRow[], current: string): readonly Move[] {
  const told = rows
    .filter(({ status, taskDefinition }) => taskDefinition !== "" && !status.startsWith("ROLLBACK"))
    .map((row) => ({ to: row.taskDefinition, row }));
  return [...told.reverse(), { to: current }];
}

/** The revisions that stay standing below a move. */
function keptBy(move: Move, standing: readonly string[], returns: readonly ReturnMark[]): readonly string[] {
  const before = standing.lastIndexOf(move.to);
  if (before >= 0) return standing.slice(0, before + 1);
  const isReturn = returns.some((mark) => mark.taskDefinition === standing.at(-1) && isOf(mark, move));
  return isReturn ? standing.slice(0, -1) : withoutHigher(move.to, standing);
}

/**
 * ECS keeps deployments for 90 days: a revision that was deployed before them seems to be new. Where the record does not
 * hold its first deployment, a lower number than that of the revision in place is all that tells of a going back.
 */
function withoutHigher(to: string, standing: readonly string[]): readonly string[] {
  const isHigher = (name: string) => familyOf(name) === familyOf(to) && revisionOf(name) > revisionOf(to);
  const lastKept = standing.findLastIndex((name) => !isHigher(name));
  return standing.slice(0, lastKept + 1);
}

/** AWS's clock and ours may differ by this. */
export const CLOCK_SKEW_MS = 5000;

function isOf({ leftFor, sentAt, at }: ReturnMark, { to, row }: Move): boolean {
  const created = Date.parse(row?.createdAt ?? "");
  return to === leftFor && created >= Date.parse(sentAt) - CLOCK_SKEW_MS && created <= Date.parse(at) + CLOCK_SKEW_MS;
}
