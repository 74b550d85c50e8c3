import { type Execution, undoable } from "../../domain/execution.ts";
import type { Json } from "../../domain/json.ts";
import type { Change } from "../../domain/operation.ts";
import { NO_RECORD } from "../../domain/step-record.ts";

/** What an undo of several steps changes, before its first question: a row each, in their order. Empty for one step. */
export function undoOverview(execution: Execution): readonly string[] {
  const rows = undoable(execution).flatMap((id) => {
    const { confirmed, changes = [] } = execution.steps[id] ?? NO_RECORD;
    return confirmed?.undo.kind === "operation" ? [`${id}: ${changes.map(backText).join(", ") || "as before"}`] : [];
  });
  return rows.length < 2
    ? []
    : [`Undo changes ${rows.length} steps, the last first:`, ...rows.map((row) => `- ${row}`)];
}

const backText = ({ subject, property, before }: Change): string =>
  `${subject}, ${property} back to ${valueText(before)}`;

function valueText(value: Json): string {
  if (value === null) return "none";
  return typeof value === "object" ? "its value before" : String(value);
}
