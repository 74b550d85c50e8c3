import type { InspectionFinding } from "../domain/inspection.ts";
import type { Intent } from "../vulcan/sql/intents.ts";
import { isAtLeast } from "./effects.ts";
import type { LintRuleName } from "./rules/index.ts";
import type { StatementTrial, TableRows } from "./trial.ts";

/** One finding about a migration, before it has its place in a file. */
export interface Judgement {
  readonly rule: LintRuleName;
  /** Starts with what was found, and names the object. */
  readonly message: string;
  /** Where the target's own tables make it less than its rule says. */
  readonly severity?: InspectionFinding["severity"];
  /** By its place in the trial; absent where it is about the migration as a whole. */
  readonly statement?: number;
}

/** What is known while the statements of one migration are judged in their order. */
export interface Course {
  readonly existing: ReadonlySet<string>;
  /** Tables that earlier statements create, by their words. */
  readonly created: Set<string>;
  /** By table: the strongest lock that earlier statements hold. */
  readonly held: Map<string, string>;
  hasTimeout: boolean;
}

/** One statement, what it is meant to do, and what was seen of it. */
export interface Observed {
  readonly trial: StatementTrial;
  readonly intents: readonly Intent[];
  readonly course: Course;
  /** Rows of existing tables that it has read from end to end, whole tables only. */
  readonly scanned: readonly TableRows[];
  readonly changed: readonly TableRows[];
}

export const found = (rule: LintRuleName, message: string): Judgement => ({ rule, message });

/** Tables on which this statement itself takes the mode, or a stronger one. */
export const lockedBy = ({ trial: { effects } }: Observed, least: string): readonly string[] =>
  (effects?.locks ?? []).filter(({ mode }) => isAtLeast(mode, least)).map(({ table }) => table);

/** Tables on which an earlier statement of the migration holds the mode, or a stronger one. */
export const heldBefore = ({ held }: Course, least: string): readonly string[] =>
  [...held].filter(([, mode]) => isAtLeast(mode, least)).map(([table]) => table);

/** 42P01, undefined_table, or after an error: what did not run for that reason is judged by its words alone. */
export const isUnseen = ({ trial: { effects, error } }: Observed): boolean =>
  effects === undefined && (error === undefined || error.code === "42P01");

/**
 * The table of the statement was there before the migration. One that is absent here, and that the migration does not
 * create, is taken for one of the real database.
 */
export const isExisting = (seen: Observed, { relation }: Intent): boolean =>
  seen.course.existing.has(relation) || (isUnseen(seen) && !seen.course.created.has(relation));

export const namesOf = (tables: readonly TableRows[]): string => tables.map(({ table }) => table).join(", ");
