import type { SqlStatement, SqlSyntaxError } from "../vulcan/sql/grammar.ts";
import type { SqlText } from "./migration.ts";

/** A table that was there before the migration, and the strongest lock of it that one statement has taken. */
export interface TableLock {
  readonly table: string;
  /** As PostgreSQL names it, without `Lock`: `AccessExclusive`. */
  readonly mode: string;
}

/** Rows that were read or changed, of those that the table had. */
export interface TableRows {
  readonly table: string;
  readonly rows: number;
  readonly of: number;
}

export interface Dropped {
  /** `table column`, `index`, `table constraint` … */
  readonly type: string;
  readonly name: string;
  /** The statement itself names it. Else it went along. */
  readonly isNamed: boolean;
}

export interface Renamed {
  readonly kind: "table" | "column";
  readonly from: string;
  readonly to: string;
}

/** What one statement has done to what was there before the migration. */
export interface Effects {
  readonly locks: readonly TableLock[];
  /** Tables and indexes. */
  readonly rewritten: readonly string[];
  readonly scanned: readonly TableRows[];
  readonly changed: readonly TableRows[];
  readonly dropped: readonly Dropped[];
  readonly renamed: readonly Renamed[];
  /** `table.column`, new or changed, of the type json. */
  readonly json: readonly string[];
  /** Tables whose row security was switched on. */
  readonly secured: readonly string[];
  /** Locked tables in which no row could be put: nothing was scanned, and nothing could fail. */
  readonly empty: readonly string[];
  readonly notices: readonly string[];
}

export interface ServerError {
  /** SQLSTATE; empty where the connection ended. */
  readonly code: string;
  readonly message: string;
}

/** One statement in its migration. */
export interface StatementTrial {
  readonly text: SqlText;
  /** Absent where the text could not be split. */
  readonly statement?: SqlStatement;
  readonly syntaxError?: SqlSyntaxError;
  /** Absent where it was not run. */
  readonly effects?: Effects;
  readonly error?: ServerError;
  /** How long the statement alone took here (ms). */
  readonly ms?: number;
  /** Why it was not run. */
  readonly skipped?: string;
}

/** One Up or Down in its own transaction, as the runner runs it. */
export interface Trial {
  /** The names of all tables, views and indexes that were there before. */
  readonly existing: ReadonlySet<string>;
  readonly statements: readonly StatementTrial[];
  /** The error at its end: of the ledger, or of COMMIT. */
  readonly endError?: ServerError;
  /** Every statement has run, and COMMIT has succeeded. */
  readonly isDone: boolean;
}
