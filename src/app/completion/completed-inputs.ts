import type { CompletedInput } from "../../domain/completion.ts";
import type { Field, Fields } from "../../domain/field.ts";

/** The inputs of a runbook, as far as completion needs them. */
export const completedInputs = (inputs: Fields): readonly CompletedInput[] =>
  Object.entries(inputs).map(([name, field]) => inputOf(name, field));

function inputOf(name: string, { type, description, choices }: Field): CompletedInput {
  const values = type === "boolean" ? ["true", "false"] : choices;
  const completes = type === "revision" || type === "version" ? ([type] as const) : undefined;
  return { name, about: description, ...(values && { choices: values }), ...(completes && { completes }) };
}
