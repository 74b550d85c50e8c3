import { OpsError } from "../domain/error.ts";
import type { DataLoss } from "../domain/migrations/data-loss.ts";
import type { SchemaObject } from "../domain/migrations/schema-object.ts";
import { type FoundObject, type ObjectPlace, objectsWhere } from "./find-objects.ts";
import { estimate } from "./row-estimates.ts";
import type { Session } from "./session.ts";

/**
 * What would be lost with each object, in the order of `objects`. Each count is one read of at most 2 s. If the read
 * does not end or is refused, the planner's estimate replaces it and `why` says so. Throws OpsError only if the
 * catalogue itself cannot be read.
 */
export async function measureDataLoss(
  session: Session,
  objects: readonly SchemaObject[],
): Promise<readonly DataLoss[]> {
  const losses: DataLoss[] = [];
  for (const found of await objectsWhere(session, objects)) losses.push(await measureOrEstimate(session, found));
  return losses;
}

async function measureOrEstimate(session: Session, { object, present, place }: FoundObject): Promise<DataLoss> {
  if (place === undefined) return { object, present };
  try {
    return { object, present, ...(await measure(session, object, place)) };
  } catch (failure) {
    const why = reasonOf(failure);
    // A lost connection fails again here. Then we know only that the object was present.
    const guess = await estimate(session, object, place).catch(() => ({}));
    return { object, present, ...guess, why };
  }
}

type Figures = Pick<DataLoss, "rows" | "isExact" | "bytes">;

async function measure(session: Session, object: SchemaObject, place: ObjectPlace): Promise<Figures> {
  if (object.kind === "index") return { bytes: await sizeOf(session, place) };
  if (object.kind === "column") return countColumn(session, place);
  const [row] = await session.rows(`SELECT count(*)::float8 AS rows FROM ${place.relation}`);
  return { rows: Number(row?.rows), isExact: true, bytes: await sizeOf(session, place) };
}

/** Bytes as they are stored: compressed values stay compressed. */
async function countColumn(session: Session, { relation, column = "NULL" }: ObjectPlace): Promise<Figures> {
  const [row] = await session.rows(`
    SELECT count(one)::float8 AS rows, coalesce(sum(pg_column_size(one)), 0)::float8 AS bytes
    FROM (SELECT ${column} AS one FROM ${relation}) AS every`);
  return { rows: Number(row?.rows), isExact: true, bytes: Number(row?.bytes) };
}

/** On disk, with its indexes and its partitions. */
async function sizeOf(session: Session, { oid }: ObjectPlace): Promise<number> {
  const [row] = await session.rows(
    `WITH RECURSIVE tree AS (
       SELECT $1::oid AS oid UNION SELECT i.inhrelid FROM pg_inherits AS i JOIN tree ON i.inhparent = tree.oid)
     SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::float8 AS bytes FROM tree`,
    [oid],
  );
  return Number(row?.bytes);
}

/** By the code of a session's error. The error's own message is about the table `migrations`. */
const REASONS: Readonly<Record<string, string>> = {
  "table-locked": "another session has it locked",
  "database-slow": "counting it takes longer than 2 s",
  "database-silent": "the database stopped answering",
};

function reasonOf(failure: unknown): string {
  if (!(failure instanceof OpsError)) throw failure;
  return REASONS[failure.detail.code] ?? failure.message;
}
