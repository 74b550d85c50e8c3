import type { ReturnedFrom } from "../failed-revision.ts";
import { familyOf, type HistoryRow, revisionOf } from "./ecs.ts";

/** Where the service went instead, and when. `at` is absent where the history does not hold that deployment. */
export interface RevisionLeft {
  readonly to: string;
  readonly at?: string;
}

/** A move of the service to a revision. */
interface Move {
  readonly to: string;
  readonly row?: HistoryRow;
}

/**
 * The revisions that the service was rolled back from and has not been moved to again. The order of deployments
 * decides: a move to a revision that was there before leaves all that came after it, whatever their number or family.
 * `rows` are newest first; `returns` are the rollbacks that executions of ours know of.
 */
export function rolledBackRevisions(
  rows: readonly HistoryRow[],
  current: string,
  returns: readonly ReturnedFrom[],
): ReadonlyMap<string, RevisionLeft> {
  const left = new Map<string, RevisionLeft>();
  /** Oldest first; the last one is the present one. */
  let stack: readonly string[] = [];
  const images = new Map(
    rows.flatMap((row) => (row.images === undefined ? [] : [[row.taskDefinition, row.images] as const])),
  );
  for (const move of movesOf(rows, current)) {
    const kept = keptBy(move, stack, returns, images);
    for (const name of stack.slice(kept.length)) left.set(name, leftBy(move));
    left.delete(move.to);
    stack = kept.at(-1) === move.to ? kept : [...kept, move.to];
  }
  return left;
}

const leftBy = ({ to, row }: Move): RevisionLeft => ({ to, ...(row && { at: row.createdAt }) });

/** Oldest first. What ECS rolled back is no move. What runs now is the last move, even where no row shows it. */
function movesOf(rows: readonly HistoryRow[], current: string): readonly Move[] {
  const moves = rows
    .filter(({ status, taskDefinition }) => taskDefinition !== "" && !status.startsWith("ROLLBACK"))
    .map((row) => ({ to: row.taskDefinition, row }));
  return [...moves.reverse(), { to: current }];
}

/** The revisions that remain below a move. */
function keptBy(
  move: Move,
  stack: readonly string[],
  returns: readonly ReturnedFrom[],
  images: ReadonlyMap<string, string>,
): readonly string[] {
  const before = stack.lastIndexOf(move.to);
  if (before >= 0) return stack.slice(0, before + 1);
  const isReturn = returns.some((mark) => mark.taskDefinition === stack.at(-1) && isOf(mark, move));
  return isReturn ? stack.slice(0, -1) : withoutHigher(move.to, stack.slice(0, copiedFrom(move, stack, images) + 1));
}

/**
 * Many go back by registering the earlier images as a new revision. Where the last one has other images, and an earlier
 * one has the same, all that came after that one is left. Otherwise it is a move onwards, and the last one is kept.
 */
function copiedFrom({ to }: Move, stack: readonly string[], images: ReadonlyMap<string, string>): number {
  const [own, newest] = [images.get(to), images.get(stack.at(-1) ?? "")];
  const last = stack.length - 1;
  if (own === undefined || newest === undefined || own === newest) return last;
  const before = stack.findLastIndex((name) => images.get(name) === own);
  return before < 0 ? last : before;
}

/**
 * ECS keeps deployments for 90 days, so a revision that was deployed earlier seems to be new. Where the record does not
 * hold its first deployment, only a number below that of the present revision shows a rollback.
 */
function withoutHigher(to: string, stack: readonly string[]): readonly string[] {
  const isHigher = (name: string) => familyOf(name) === familyOf(to) && revisionOf(name) > revisionOf(to);
  const lastKept = stack.findLastIndex((name) => !isHigher(name));
  return stack.slice(0, lastKept + 1);
}

/** AWS's clock and ours may differ by this. */
export const CLOCK_SKEW_MS = 5000;

function isOf({ leftFor, sentAt, at }: ReturnedFrom, { to, row }: Move): boolean {
  const created = Date.parse(row?.createdAt ?? "");
  return to === leftFor && created >= Date.parse(sentAt) - CLOCK_SKEW_MS && created <= Date.parse(at) + CLOCK_SKEW_MS;
}
