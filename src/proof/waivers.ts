import { sanitise } from "../domain/sanitise.ts";
import type { SqlGrammar } from "../vulcan/sql/grammar.ts";
import type { Body, SqlText } from "./migration.ts";
import { idOf, LINT_RULES } from "./rules.ts";
import type { StatementTrial } from "./trial.ts";

/** `-- vulcan-ops: allow RULE because REASON` */
export interface Waiver {
  readonly text: SqlText;
  /** Where its comment begins in the text. */
  readonly at: number;
  /** As it is written; safe to show. */
  readonly rule: string;
  /** Safe to show; undefined if it gives none, and then it does not count. */
  readonly reason: string | undefined;
}

/** Every waiver in the comments of a body. */
export function waiversOf(grammar: SqlGrammar, { texts }: Body): readonly Waiver[] {
  return texts.flatMap((text) =>
    grammar.comments(text.sql).flatMap(({ text: comment, at }) => {
      const [, rule, reason] = WAIVER.exec(comment.replace(/\*\/$/, "")) ?? [];
      if (rule === undefined) return [];
      const why = reason === undefined ? undefined : sanitise(reason.trim(), { most: 200 });
      return [{ text, at, rule: sanitise(rule, { most: 60 }), reason: why }];
    }),
  );
}

const WAIVER = /vulcan-ops:\s*allow\s+(\S+)(?:\s+because\s+(\S[\s\S]*))?/i;

/**
 * Whether the waiver allows a finding of this rule: it stands above the finding's statement, after the one before it, or
 * inside; for a finding about the whole migration it may stand anywhere.
 */
export function allows(
  waiver: Waiver,
  rule: string,
  statements: readonly StatementTrial[],
  statement: number | undefined,
): boolean {
  const id = idOf(waiver.rule);
  if (waiver.reason === undefined || id === undefined || LINT_RULES[id].name !== rule) return false;
  if (statement === undefined) return true;
  const one = statements[statement];
  if (one === undefined || one.text !== waiver.text) return false;
  const before = statements[statement - 1];
  const from = before?.text === one.text ? endOf(before) : 0;
  return waiver.at >= from && waiver.at < endOf(one);
}

const endOf = ({ statement, text }: StatementTrial): number =>
  statement === undefined ? text.sql.length : statement.at + statement.text.length;
