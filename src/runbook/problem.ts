import { sanitise } from "../domain/sanitise.ts";
import { RUNBOOK_RULES, type Rule, type RuleId } from "./rules.ts";

/** A place in the text; both count from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong with a runbook, and where. */
export interface Problem extends TextPosition {
  readonly rule: RuleId;
  readonly source: string;
  /** What is wrong, as a sentence without its full stop. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** The line of the text, where the place in it is what helps. */
  readonly excerpt?: string;
}

/** Can the runbook be used in spite of it? */
export const isWarning = ({ rule }: Problem): boolean => (RUNBOOK_RULES[rule] as Rule).severity === "warning";

/** Records a problem; the check continues. */
export type Report = (rule: RuleId, place: TextPosition, message: string, hint?: string, excerpt?: string) => void;

/** `runbooks/x.yaml:12:5: unknown key "tile" in a step (did you mean "title"?)` */
export function formatProblem(problem: Problem): string {
  const hint = problem.hint === undefined ? "" : ` (${problem.hint})`;
  return sanitise(`${problem.source}:${problem.line}:${problem.column}: ${problem.message}${hint}`);
}

const MOST_OF_A_LINE = 70;

/** The problem, and where it helps its line with a caret below the column. */
export function problemLines(problem: Problem): readonly string[] {
  const { excerpt, line, column } = problem;
  const head = formatProblem(problem);
  if (excerpt === undefined) return [head];
  const from = Math.max(0, column - MOST_OF_A_LINE);
  const shown = sanitise(excerpt.slice(from, from + MOST_OF_A_LINE + 5));
  const number = String(line).padStart(5);
  return [head, `${number} | ${shown}`, `      | ${" ".repeat(column - 1 - from)}^`];
}

/** A report, and the problems that it has recorded. */
export function collector(source: string): { readonly report: Report; problems(): readonly Problem[] } {
  const found: Problem[] = [];
  const report: Report = (rule, { line, column }, message, hint, excerpt) => {
    const more = { ...(hint !== undefined && { hint }), ...(excerpt !== undefined && { excerpt }) };
    found.push({ rule, source, line, column, message, ...more });
  };
  return { report, problems: () => trimmed(found.sort((a, b) => a.line - b.line || a.column - b.column)) };
}

// More would not be read: a text that is not a runbook at all would give thousands.
const MOST = 100;

function trimmed(problems: readonly Problem[]): readonly Problem[] {
  const last = problems[MOST];
  if (last === undefined) return problems;
  const { rule, source, line, column } = last;
  const rest = { rule, source, line, column, message: `and ${problems.length - MOST} more problems from here on` };
  return [...problems.slice(0, MOST), rest];
}

const MOST_SHOWN = 60;

/** A value from outside in its form for messages: JSON, safe for a terminal, at most 60 characters. */
export function quoted(value: unknown): string {
  const text = typeof value === "string" && value.length > MOST_SHOWN ? `${value.slice(0, MOST_SHOWN - 1)}…` : value;
  const shown = asJson(text);
  return sanitise(
    typeof text === "string" || shown.length <= MOST_SHOWN ? shown : `${shown.slice(0, MOST_SHOWN - 1)}…`,
  );
}

function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return `a ${typeof value}`;
  }
}
