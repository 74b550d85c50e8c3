import { RULES } from "../../../src/app/inspection/rules.ts";
import { LINT_RULES } from "../../../src/proof/rules/index.ts";
import type { Rule } from "../../../src/runbook/rules.ts";
import { MADE, table } from "./table.ts";

const FAMILIES: readonly (readonly [heading: string, from: number, to: number, by: string])[] = [
  ["A runbook's text", 0, 99, "`check`, and every command that reads a runbook"],
  ["A rehearsal", 100, 199, "`plan --dry-run=sandbox`"],
  ["A target", 200, 299, "`plan --dry-run=read`"],
  ["Migrations", 300, 399, "`lint`"],
];

const LINT: Readonly<Record<string, { readonly name: string; readonly severity: string }>> = LINT_RULES;

/** Every rule that has a published id, by what it judges. */
export function ruleReference(): string {
  const rules = Object.entries<Rule>(RULES).sort(([a], [b]) => (a < b ? -1 : 1));
  const numberOf = (id: string): number => Number(id.replace("VOPS", ""));
  const parts = FAMILIES.flatMap(([heading, from, to, by]) => {
    const own = rules.filter(([id]) => numberOf(id) >= from && numberOf(id) <= to);
    return [`## ${heading}`, `Found by ${by}.`, table(["rule", "severity", "what it finds", "why"], own.map(rowOf))];
  });
  const unplaced = rules.filter(([id]) => !FAMILIES.some(([, from, to]) => numberOf(id) >= from && numberOf(id) <= to));
  if (unplaced.length > 0) throw new Error(`rules of no family: ${unplaced.map(([id]) => id).join(", ")}`);
  const about =
    "A finding names its rule. `vulcan-ops explain VOPS044` says the same of one, `explain rules` lists them. An id is never given to another rule.";
  return `${[MADE, "# Rules", about, ...parts].join("\n\n")}\n`;
}

function rowOf([id, { title, explain, severity }]: readonly [string, Rule]): readonly string[] {
  const lint = LINT[id];
  const name = lint === undefined ? "" : ` \`${lint.name}\``;
  return [`${id}${name}`, lint?.severity ?? severity ?? "error", title, explain];
}
