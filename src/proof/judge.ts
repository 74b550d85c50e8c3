import type { SqlGrammar } from "../vulcan/sql/grammar.ts";
import { type Intent, intentsOf } from "../vulcan/sql/intents.ts";
import { nameOfRange, nodeAt, textAt } from "../vulcan/sql/tree.ts";
import { isAtLeast, LEAST_ROWS } from "./effects.ts";
import { judgeEffects } from "./judge-effects.ts";
import { type Circumstances, judgeEnd, judgeError } from "./judge-errors.ts";
import { judgeIntents } from "./judge-intents.ts";
import { type Course, found, heldBefore, type Judgement, type Observed } from "./judgement.ts";
import type { StatementTrial, TableRows, Trial } from "./trial.ts";

/** Everything that an Up's run and words say. In the order of its statements, then what is about the whole. */
export function judgeUp(grammar: SqlGrammar, trial: Trial, circumstances: Circumstances): readonly Judgement[] {
  const course: Course = { existing: trial.existing, created: new Set(), held: new Map(), hasTimeout: false };
  const all = trial.statements.flatMap((one, statement) => {
    const seen = seenOf(grammar, one, course);
    const judgements = distinct([...judgeStatement(seen, circumstances), ...withoutTimeout(seen)]);
    follow(seen, course);
    return judgements.map((judgement) => ({ ...judgement, statement }));
  });
  const strong = heldBefore(course, "AccessExclusive");
  const whole = strong.length < 2 ? [] : [found("several-tables-strong", `locks ${strong.join(", ")}`)];
  const end = trial.endError === undefined ? [] : [judgeEnd(trial.endError)];
  return [...onceEach(all, ["no-lock-timeout"]), ...whole, ...end];
}

/** Of a Down: that it fails, what it takes away, and what would hurt the runner itself. */
export function judgeDown(grammar: SqlGrammar, trial: Trial, circumstances: Circumstances): readonly Judgement[] {
  const all = judgeUp(grammar, trial, circumstances);
  return distinct(
    all.flatMap((judgement): Judgement[] => {
      if (KEPT.has(judgement.rule)) return [judgement];
      if (FAILS.has(judgement.rule)) return [{ ...judgement, rule: "down-fails" }];
      return DESTROYS.has(judgement.rule) ? [{ ...judgement, rule: "down-destroys" }] : [];
    }),
  );
}

const KEPT = new Set<Judgement["rule"]>(["not-run", "cannot-read", "transaction-control", "touches-migrations-table"]);
const FAILS = new Set<Judgement["rule"]>([
  "migration-fails",
  "not-postgresql",
  "newer-than-server",
  "concurrently-in-transaction",
  "needs-more-rights",
]);
const DESTROYS = new Set<Judgement["rule"]>(["drop-table", "drop-column", "truncate", "rows-all"]);

function judgeStatement(seen: Observed, circumstances: Circumstances): readonly Judgement[] {
  const words = judgeIntents(seen);
  const rules = new Set(words.map(({ rule }) => rule));
  const isExplained = [...rules].some((rule) => EXPLAINS.has(rule));
  const shown = judgeEffects(seen).filter(({ rule }) => !rules.has(rule) && !(isExplained && GENERAL.has(rule)));
  return [...judgeError(seen, circumstances), ...words, ...shown];
}

/** What an effect is called if no rule of its own explains it, and the rules that do. */
const GENERAL = new Set<Judgement["rule"]>(["rewrite", "scan-under-lock", "strong-lock-then-more"]);
const EXPLAINS = new Set<Judgement["rule"]>([
  "index-on-existing-table",
  "rebuild",
  "alter-type-rewrite",
  "add-column-rewrite",
  "set-not-null-scan",
  "constraint-validating",
  "validate-in-same-transaction",
  "unique-builds-index",
  "truncate",
  "partition",
]);

function seenOf(grammar: SqlGrammar, trial: StatementTrial, course: Course): Observed {
  const { statement, effects } = trial;
  const intents: readonly Intent[] = statement === undefined ? [] : intentsOf(grammar, statement);
  const whole = (tables: readonly TableRows[] = []) =>
    tables.filter(({ table, rows, of }) => rows >= Math.max(LEAST_ROWS, of) && table !== "migrations");
  return { trial, intents, course, scanned: whole(effects?.scanned), changed: whole(effects?.changed) };
}

function withoutTimeout(seen: Observed): readonly Judgement[] {
  const waits = (seen.trial.effects?.locks ?? []).filter(({ mode }) => isAtLeast(mode, "Share"));
  const [first] = waits;
  return seen.course.hasTimeout || first === undefined
    ? []
    : [found("no-lock-timeout", `waits for ${first.table} without a limit`)];
}

function follow(seen: Observed, course: Course): void {
  const { type, node } = seen.trial.statement ?? {};
  if (type === "VariableSetStmt" && node !== undefined && textAt(node, "name") === "lock_timeout")
    course.hasTimeout = true;
  if (type === "CreateStmt" && node !== undefined) course.created.add(nameOfRange(nodeAt(node, "relation")));
  for (const { table, mode } of seen.trial.effects?.locks ?? []) {
    const before = course.held.get(table);
    if (before === undefined || isAtLeast(mode, before)) course.held.set(table, mode);
  }
}

const distinct = (judgements: readonly Judgement[]): readonly Judgement[] => [
  ...new Map(judgements.map((one) => [`${one.rule} ${one.statement} ${one.message}`, one])).values(),
];

/** Of these rules only the first finding. */
function onceEach(judgements: readonly Judgement[], rules: readonly Judgement["rule"][]): readonly Judgement[] {
  return judgements.filter(
    (one, at) => !rules.includes(one.rule) || judgements.findIndex(({ rule }) => rule === one.rule) === at,
  );
}
