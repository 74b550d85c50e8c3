import { registry } from "../actions/index.ts";
import { usageError } from "../domain/error.ts";
import { explainRunbook } from "../runbook/explain.ts";
import { RULES } from "./inspection/rules.ts";
import { openDocument } from "./open-runbook.ts";

const RULE = /^VOPS\d{3}$/;

/** A runbook, by name or by path, or a rule of `plan`, as Markdown. */
export async function explain(name: string): Promise<string> {
  if (RULE.test(name)) return explainRule(name);
  const { runbook } = await openDocument(name);
  return `${explainRunbook(runbook, registry).trimEnd()}\n`;
}

function explainRule(id: string): string {
  const rule = Object.hasOwn(RULES, id) ? RULES[id] : undefined;
  if (rule !== undefined) return `# ${id}: ${rule.title}\n\n${rule.explain}\n`;
  throw usageError("rule-unknown", `there is no rule ${id}; there are ${Object.keys(RULES).join(", ")}`);
}
