import { LEAST_ROWS } from "./effects.ts";
import type { Judgement } from "./judgement.ts";
import type { LiveSizes } from "./live.ts";
import type { StatementTrial, Trial } from "./trial.ts";

/** Rules whose harm is the time that work on every row takes. On few rows there is none. */
const BY_ROWS = new Set<Judgement["rule"]>([
  "index-on-existing-table",
  "rebuild",
  "alter-type-rewrite",
  "add-column-rewrite",
  "set-not-null-scan",
  "constraint-validating",
  "validate-in-same-transaction",
  "unique-builds-index",
  "backfill-with-ddl",
  "strong-lock-then-more",
  "rewrite",
  "scan-under-lock",
]);

/** Adds the target's rows to what was found; where all of its tables are small there, it becomes a note. */
export function weighed(judgement: Judgement, trial: Trial, sizes: LiveSizes): Judgement {
  const { rule, statement, message } = judgement;
  const one = statement === undefined ? undefined : trial.statements[statement];
  if (one === undefined || !BY_ROWS.has(rule)) return judgement;
  const tables = worked(one, trial);
  if (tables.length === 0) return judgement;
  const text = `${message}; ${tables.map((table) => sizes.text(table)).join(", ")}`;
  const isSmall = tables.every((table) => sizes.isSmall(table));
  return { ...judgement, message: text, ...(isSmall && { severity: "note" as const }) };
}

/** Tables from before the migration that a statement works on row by row. */
export function worked({ effects }: StatementTrial, { existing, statements }: Trial): readonly string[] {
  if (effects === undefined) return [];
  const whole = [...effects.scanned, ...effects.changed].filter(({ rows, of }) => rows >= Math.max(LEAST_ROWS, of));
  // Of what is rewritten, indexes have no lock that is recorded; a table was locked by this statement or one before.
  const locked = new Set(statements.flatMap((one) => one.effects?.locks ?? []).map(({ table }) => table));
  const rewritten = effects.rewritten.filter((name) => locked.has(name));
  const all = new Set([...whole.map(({ table }) => table), ...rewritten]);
  return [...all].filter((table) => existing.has(table) && table !== "migrations");
}
