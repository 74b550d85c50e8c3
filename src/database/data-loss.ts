import { OpsError } from "../domain/error.ts";
import type { Stake } from "../domain/migrations/data-loss.ts";
import type { SchemaObject } from "../domain/migrations/schema-object.ts";
import { type Found, find, type Place } from "./find-objects.ts";
import { estimate } from "./row-estimates.ts";
import type { Session } from "./session.ts";

/**
 * What would be lost with each object, in the order asked. Counted in one read of at most 2 s each; where that does
 * not end, or is refused, the planner's estimate stands in and `why` says so. Throws OpsError only where the
 * catalogue itself cannot be read.
 */
export async function atStake(session: Session, objects: readonly SchemaObject[]): Promise<readonly Stake[]> {
  const stakes: Stake[] = [];
  for (const found of await find(session, objects)) stakes.push(await weigh(session, found));
  return stakes;
}

async function weigh(session: Session, { object, present, place }: Found): Promise<Stake> {
  if (place === undefined) return { object, present };
  try {
    return { object, present, ...(await measure(session, object, place)) };
  } catch (failure) {
    const why = whyOf(failure);
    // A line that is gone errs once more: then nothing is known but that the object was there.
    const guess = await estimate(session, object, place).catch(() => ({}));
    return { object, present, ...guess, why };
  }
}

type Figures = Pick<Stake, "rows" | "isExact" | "bytes">;

async function measure(session: Session, object: SchemaObject, place: Place): Promise<Figures> {
  if (object.kind === "index") return { bytes: await sizeOf(session, place) };
  if (object.kind === "column") return countColumn(session, place);
  const [row] = await session.rows(`SELECT count(*)::float8 AS rows FROM ${place.relation}`);
  return { rows: Number(row?.rows), isExact: true, bytes: await sizeOf(session, place) };
}

/** Bytes as they are stored: compressed values are not unpacked for it. */
async function countColumn(session: Session, { relation, column = "NULL" }: Place): Promise<Figures> {
  const [row] = await session.rows(`
    SELECT count(one)::float8 AS rows, coalesce(sum(pg_column_size(one)), 0)::float8 AS bytes
    FROM (SELECT ${column} AS one FROM ${relation}) AS every`);
  return { rows: Number(row?.rows), isExact: true, bytes: Number(row?.bytes) };
}

/** On disk, with its indexes and its partitions. */
async function sizeOf(session: Session, { oid }: Place): Promise<number> {
  const [row] = await session.rows(
    `WITH RECURSIVE tree AS (
       SELECT $1::oid AS oid UNION SELECT i.inhrelid FROM pg_inherits AS i JOIN tree ON i.inhparent = tree.oid)
     SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::float8 AS bytes FROM tree`,
    [oid],
  );
  return Number(row?.bytes);
}

/** By the codes that a session's errors have; their own words are about the table `migrations`. */
const WHYS: Readonly<Record<string, string>> = {
  "table-locked": "another session has it locked",
  "database-slow": "counting it takes longer than 2 s",
  "database-silent": "the database stopped answering",
};

function whyOf(failure: unknown): string {
  if (!(failure instanceof OpsError)) throw failure;
  return WHYS[failure.detail.code] ?? failure.message;
}
