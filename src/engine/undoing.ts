import type { FieldValue } from "../domain/field.ts";
import type { JsonObject } from "../domain/json.ts";
import type { Binding, Step } from "../domain/runbook.ts";

/** The same step with the inputs that undo it; an undo always asks. */
export function undoStepOf(step: Step, values: JsonObject): Step {
  return { ...step, confirm: step.confirm === "typed" ? "typed" : "prompt", with: literals(values) };
}

function literals(values: JsonObject): Record<string, Binding> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { kind: "value", value: value as FieldValue }]),
  );
}
