import { registry } from "../actions/index.ts";
import { commandLine } from "../domain/command-line.ts";
import type { DescribedAction } from "../domain/described-action.ts";
import { usageError } from "../domain/error.ts";
import { nearest } from "../domain/nearest.ts";
import { specOf } from "../runbook/action-spec.ts";
import { describeAction } from "../runbook/describe-action.ts";
import { explainAction, explainActions } from "../runbook/explain-action.ts";
import { shippedRunbooks } from "./prepared.ts";

/** Every action that a runbook can use, by name. */
export function describedActions(): readonly DescribedAction[] {
  const steps = [...shippedRunbooks().values()].flatMap(({ runbook }) => [...runbook.steps, ...runbook.finally]);
  return Object.values(registry)
    .map((action) =>
      describeAction(
        action,
        steps.find((step) => step.action === action.name),
      ),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** One action, by its name or its former one. Exit 6 where there is none, with the nearest name. */
export function describedAction(name: string): DescribedAction {
  const spec = specOf(registry, name);
  const found = describedActions().find((action) => action.name === spec?.name);
  if (found !== undefined) return found;
  const near = nearest(name, Object.keys(registry));
  throw usageError("action-unknown", `there is no action ${JSON.stringify(name)}`, [
    near === undefined ? "vulcan-ops actions" : commandLine`vulcan-ops actions ${near}`,
  ]);
}

/** One action as Markdown. */
export const actionPage = (action: DescribedAction): string => `${explainAction(action)}\n`;

/** All of them as one page: `docs/actions.md`. */
export const actionsPage = (): string => explainActions(describedActions());
