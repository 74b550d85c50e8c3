import { STATEMENTS_OF } from "../domain/aws/iam-requests.ts";
import type { DescribedAction, DescribedField } from "../domain/described-action.ts";
import type { Field } from "../domain/field.ts";
import type { Binding, Step } from "../domain/runbook.ts";
import type { ActionSpec } from "./action-spec.ts";
import { acceptedValues } from "./parse-literal.ts";
import { pathOf } from "./reference.ts";

/** `step`: one that uses the action, if there is one. */
export function describeAction(spec: ActionSpec, step?: ShownStep): DescribedAction {
  const { name, formerly, summary, risk, requests = [], minimumDurations = [] } = spec;
  return {
    name,
    ...(formerly !== undefined && { formerly }),
    summary,
    risk,
    inputs: fieldsOf(spec.inputs),
    outputs: fieldsOf(spec.outputs),
    requests,
    statements: [...new Set(requests.flatMap((request) => STATEMENTS_OF[request] ?? []))],
    undo: undoOf(spec),
    durations: minimumDurations.map(({ seconds, why, where = {} }) => ({
      seconds,
      why,
      where: Object.entries(where)
        .map(([input, value]) => `${input}: ${value}`)
        .join(", "),
    })),
    example: step === undefined ? leastStep(spec) : stepText(step),
  };
}

function undoOf({ risk, irreversible }: ActionSpec): DescribedAction["undo"] {
  if (irreversible === true) return "irreversible";
  return risk === "read" ? "nothing-to-undo" : "undo";
}

const fieldsOf = (fields: Readonly<Record<string, Field>>): readonly DescribedField[] =>
  Object.entries(fields).map(([name, field]) => ({
    name,
    type: field.type,
    required: field.required !== false,
    fits: acceptedValues(field),
    description: field.description,
  }));

/** What an example shows of a step. */
type ShownStep = Pick<Step, "id" | "title" | "action" | "with" | "irreversible">;

const YAML_SAFE = /^[\w.-][\w .,-]*$/;

/** JSON is YAML: a text that YAML could read as something else is quoted. */
const scalar = (value: string | number | boolean): string =>
  typeof value === "string" && !YAML_SAFE.test(value) ? JSON.stringify(value) : String(value);

function stepText({ id, title, action, with: given, irreversible }: ShownStep): string {
  const bindings = Object.entries(given).map(([name, binding]) => `    ${name}: ${bindingText(binding)}`);
  return [
    `- id: ${id}`,
    `  title: ${scalar(title)}`,
    `  action: ${action}`,
    ...(bindings.length > 0 ? ["  with:", ...bindings] : []),
    ...(irreversible === undefined ? [] : [`  irreversible: ${scalar(irreversible.trim().replace(/\s+/g, " "))}`]),
  ].join("\n");
}

const bindingText = (binding: Binding): string =>
  binding.kind === "value" ? scalar(binding.value) : `\${{ ${pathOf(binding)} }}`;

/** Inputs that must be given come from inputs of the runbook that have the same names. */
function leastStep({ name, summary, inputs, irreversible }: ActionSpec): string {
  const needed = Object.keys(inputs).filter((input) => inputs[input]?.required !== false);
  const given = needed.map((input): [string, Binding] => [input, { kind: "input", name: input }]);
  return stepText({
    id: name.replace(/^.*\./, ""),
    title: summary.replace(/\.$/, ""),
    action: name,
    with: Object.fromEntries(given),
    ...(irreversible === true && { irreversible: "say here why it is done although it has no undo" }),
  });
}
