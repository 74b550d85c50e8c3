import { registry } from "../actions/index.ts";
import { commandLine } from "../domain/command-line.ts";
import { usageError } from "../domain/error.ts";
import { nearest } from "../domain/nearest.ts";
import { specOf } from "../runbook/action-spec.ts";
import { explainRunbook } from "../runbook/explain.ts";
import { actionPage, describedAction } from "./actions.ts";
import { RULES } from "./inspection/rules.ts";
import { type Asked, openDocument } from "./open-runbook.ts";

const RULE = /^VOPS\d{3}$/i;

/** A runbook, by name or by path, an action, or a rule of `plan`, as Markdown. */
export async function explain(name: string, asked: Asked): Promise<string> {
  if (name === "rules") return listOfRules();
  if (specOf(registry, name) !== undefined) return actionPage(describedAction(name));
  if (RULE.test(name)) return explainRule(name.toUpperCase());
  const { runbook } = await openDocument(name, asked);
  return `${explainRunbook(runbook, registry).trimEnd()}\n`;
}

function listOfRules(): string {
  return `# Rules\n\n${Object.entries(RULES)
    .map(([id, { title }]) => `- ${id}: ${title}\n`)
    .join("")}`;
}

function explainRule(id: string): string {
  const rule = Object.hasOwn(RULES, id) ? RULES[id] : undefined;
  if (rule !== undefined) return `# ${id}: ${rule.title}\n\n${rule.explain}\n`;
  const near = nearest(id, Object.keys(RULES));
  throw usageError("rule-unknown", `there is no rule ${id}; rules are listed by vulcan-ops explain rules`, [
    near === undefined ? "vulcan-ops explain rules" : commandLine`vulcan-ops explain ${near}`,
  ]);
}
