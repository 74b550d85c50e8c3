import { type LockedSession, splitByConcern } from "../../../domain/database/locks.ts";
import { type AppliedMigration, stateOf } from "../../../domain/migrations/applied.ts";

/** A line of the log of a task that migrates. */
interface Line {
  /** RFC 3339; absent where it is not known. */
  readonly at?: string;
  readonly text: string;
}

/** What shows how the migrations of an upgrade go. */
export interface MigrationFacts {
  /** The applied migrations, as they were read last; absent while they were not. */
  readonly applied?: readonly AppliedMigration[];
  /** Why they cannot be read. */
  readonly unread?: string;
  /** The newest version when the deployment began. */
  readonly before?: number;
  readonly log: MigrationLogFacts;
  /** Sessions that migrate, or are in the way of it. */
  readonly sessions: readonly LockedSession[];
  /** What the migration waited for when it was seen last; a task that was stopped waits no more. */
  readonly lastWait?: string;
}

export interface MigrationLogFacts {
  readonly running?: { readonly version: number; readonly description: string; readonly at?: string };
  /** Vulcan's line, without what comes before it. */
  readonly failed?: string;
  readonly isComplete: boolean;
}

const APPLYING = /Applying migration version=(\d+)(?: description="([^"]*)")?/;
const APPLIED = /Migration applied version=(\d+)/;
const FAILED = /Migration failed version=.*/;
const COMPLETE = /\bmigrations complete\b/;

/** Reads the documented lines, oldest first. */
export function readLogFacts(lines: readonly Line[]): MigrationLogFacts {
  let facts: MigrationLogFacts = { isComplete: false };
  for (const { at, text } of lines) {
    const [, version, description = ""] = APPLYING.exec(text) ?? [];
    if (version !== undefined)
      facts = { isComplete: false, running: { version: Number(version), description, ...(at && { at }) } };
    const failed = FAILED.exec(text)?.[0];
    if (failed !== undefined) facts = { isComplete: false, failed };
    if (APPLIED.test(text)) facts = { isComplete: false };
    if (COMPLETE.test(text)) facts = { isComplete: true };
  }
  return facts;
}

/** The newest version that was applied before `began` (RFC 3339); undefined where the list does not tell the times. */
export function newestBefore(applied: readonly AppliedMigration[], began: string): number | undefined {
  if (applied.some(({ appliedAt }) => appliedAt === undefined)) return undefined;
  return stateOf(applied.filter(({ appliedAt = "" }) => appliedAt < began)).newest;
}

export const NO_MIGRATION_FACTS: MigrationFacts = { log: { isComplete: false }, sessions: [] };

/** The session that is the first cause of the waiting: what it waits for waits for nothing. */
export function blockedSession(sessions: readonly LockedSession[]): LockedSession | undefined {
  const waiting = splitByConcern(sessions).concerned.filter(({ waitsFor }) => waitsFor !== undefined);
  const isWaiting = (pid: number) => waiting.some((one) => one.pid === pid);
  return waiting.find(({ behind }) => !behind.some(isWaiting)) ?? waiting[0];
}

/** `waits for AccessExclusiveLock on documents (about 1200 rows) behind PID 812` */
export function waitText(session: LockedSession): string {
  const { mode, on, rows } = session.waitsFor ?? {};
  const size = rows === undefined ? "" : ` (about ${rows} rows)`;
  return `waits for ${mode} on ${on}${size} behind ${blockersText(session)}`;
}

/** `PID 812 and PID 813` */
export const blockersText = ({ behind }: LockedSession): string => behind.map((pid) => `PID ${pid}`).join(" and ");
