import { createHash } from "node:crypto";
import { guardError } from "../error.ts";
import type { AppliedMigration } from "./applied.ts";
import type { SchemaReads } from "./reads.ts";

/** `8 rows, newest 8, 3f2a91c04b77`: equal texts mean the same versions, each applied at the same moment. */
export function signature(applied: readonly AppliedMigration[]): string {
  const rows = [...applied].sort((a, b) => a.version - b.version);
  const text = rows.map(({ version, appliedAt }) => `${version}@${appliedAt ?? ""}`).join("\n");
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 12);
  return `${rows.length} rows, newest ${newestOf(rows)}, ${hash}`;
}

/** The sources of the list, as people read them. */
export const SOURCES = { api: "the admin API", sql: "SQL", container: "a container" } as const;

/** Throws where the list no longer has this signature. */
export async function assertRows(rows: string, { migrations }: Pick<SchemaReads, "migrations">): Promise<void> {
  const now = signature((await migrations()).applied);
  if (now === rows) return;
  const text = `the migrations are no longer those that were shown: ${now}, instead of ${rows}; nothing was started`;
  throw guardError("migrations-changed", text, ["vulcan-ops migrate status"]);
}

export const newestOf = (applied: readonly AppliedMigration[]): number =>
  Math.max(0, ...applied.map(({ version }) => version));

/** The migrations that a Down to `to` reverts, newest first, and those that it leaves. */
export function split(applied: readonly AppliedMigration[], to: number) {
  const byVersion = [...applied].sort((a, b) => b.version - a.version);
  return {
    removed: byVersion.filter(({ version }) => version > to),
    left: byVersion.filter(({ version }) => version <= to),
  };
}

/** How a list compares with the list before a Down and the list that is wanted after it. */
export type MigrationState = "after" | "before" | "partial" | "too-far" | "other";

export interface ExpectedChange {
  /** Signatures. */
  readonly before: string;
  readonly after: string;
  readonly from: number;
  readonly to: number;
}

export function compareToExpected(
  applied: readonly AppliedMigration[],
  { before, after, from, to }: ExpectedChange,
): MigrationState {
  const now = signature(applied);
  if (now === after) return "after";
  if (now === before) return "before";
  const newest = newestOf(applied);
  if (newest < to) return "too-far";
  return newest > to && newest < from ? "partial" : "other";
}
