import { usageError } from "../domain/error.ts";
import { type AnyValues, type Field, type FieldValue, parseField } from "../domain/field.ts";
import { nearest } from "../domain/nearest.ts";
import type { Runbook } from "../domain/runbook.ts";
import { acceptedValues } from "./parse-literal.ts";
import { quoted } from "./problem.ts";
import { didYouMean } from "./suggest.ts";

/**
 * The values of a runbook's inputs: what the operator gave, else the default, each turned into its type once. `now`
 * (epoch ms) fixes ages such as `-15m`. Throws a usage error naming the input, what was given and what fits; `flagOf`
 * says how a command line gives an input.
 */
export function resolveInputs(
  runbook: Runbook,
  given: Readonly<Record<string, unknown>>,
  now: number,
  flagOf: FlagOf = (name) => `--input ${name}=…`,
): AnyValues {
  for (const name of Object.keys(given)) refuseUnknown(name, runbook, flagOf);
  const values = Object.entries(runbook.inputs).flatMap(([name, field]) => {
    const value = resolveInput(name, field, Object.hasOwn(given, name) ? given[name] : undefined, now, flagOf);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(values);
}

type FlagOf = (name: string) => string;

function refuseUnknown(name: string, { id, inputs }: Runbook, flagOf: FlagOf): void {
  if (Object.hasOwn(inputs, name)) return;
  const hint = didYouMean(name, Object.keys(inputs)) ?? "it takes none";
  const near = nearest(name, Object.keys(inputs));
  throw usageError(
    "input-unknown",
    `${id} has no input ${quoted(name)} (${hint})`,
    near === undefined ? [] : [flagOf(near)],
  );
}

function resolveInput(name: string, field: Field, given: unknown, now: number, flagOf: FlagOf): FieldValue | undefined {
  const raw = given ?? field.default;
  if (raw === undefined) {
    if (field.required === false) return undefined;
    const message = `the input "${name}" is needed (${field.description.trim().replace(/\.$/, "")}): it takes ${acceptedValues(field)}`;
    throw usageError("input-missing", message, [flagOf(name)]);
  }
  const parsed = parseField(field, raw, now);
  if (parsed.ok) return parsed.value;
  const message = `the input "${name}" cannot be ${quoted(raw)}: it takes ${acceptedValues(field)}`;
  throw usageError("input-invalid", message, [flagOf(name)]);
}
