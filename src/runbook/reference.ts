import type { AnyValues } from "../domain/field.ts";
import type { PlannedValue } from "../domain/plan.ts";
import { type Binding, type Step, TARGET_FIELDS, type TargetField } from "../domain/runbook.ts";
import type { Target } from "../domain/target.ts";

/** A binding that points somewhere. */
export type Reference = Exclude<Binding, { readonly kind: "value" }>;

/** A reference as messages show it. */
export const EXAMPLE = formatReference({ kind: "input", name: "x" });

/** What a reference can look like. */
export const FORMS: readonly string[] = ["inputs.NAME", "steps.ID.OUTPUT", "target.FIELD"].map(inBraces);

/** The same as a pattern for editors. Names are looser than ids: a bad one is then unknown, not unreadable. */
export const REFERENCE_PATTERN =
  "^\\$\\{\\{[ \\t]*(inputs\\.[A-Za-z][\\w-]{0,63}|steps\\.[A-Za-z][\\w-]{0,63}\\.[A-Za-z][\\w-]{0,63}|target\\.[A-Za-z]{1,63})[ \\t]*\\}\\}$";

const WHOLE = new RegExp(REFERENCE_PATTERN);

/** Is the text meant as a reference? Such a text is never taken literally. */
export function resemblesReference(text: string): boolean {
  return text.includes("{{") || text.includes("}}");
}

/** `${{ steps.find.revision }}` → a binding; undefined where the whole text is not one reference. */
export function parseReference(text: string): Reference | undefined {
  const [root, first = "", second = ""] = WHOLE.exec(text)?.[1]?.split(".") ?? [];
  if (root === "inputs") return { kind: "input", name: first };
  if (root === "steps") return { kind: "output", step: first, name: second };
  return root === "target" ? { kind: "target", name: first as TargetField } : undefined;
}

/** Is it one of the target's fields? `parseReference` takes any name, so that the checker can say which there are. */
export function isTargetField(name: string): name is TargetField {
  return TARGET_FIELDS.some((field) => field === name);
}

/** The reference as an author writes it. */
export function formatReference(reference: Reference): string {
  return inBraces(pathOf(reference));
}

function inBraces(path: string): string {
  return `\${{ ${path} }}`;
}

/** `steps.find.revision` */
export function pathOf(reference: Reference): string {
  if (reference.kind === "output") return `steps.${reference.step}.${reference.name}`;
  return `${reference.kind === "input" ? "inputs" : "target"}.${reference.name}`;
}

/** What references can reach at some point of an execution. */
export interface Scope {
  readonly inputs: AnyValues;
  readonly target: Target;
  /** By step id; a step that is not here has given nothing yet. */
  readonly steps: Readonly<Record<string, StepOutputs>>;
}

interface StepOutputs {
  readonly outputs: AnyValues;
  /** `read`: the step has ended, or only reads. `predicted`: from its plan. `pending`: not known before it has run. */
  readonly origin: "read" | "predicted" | "pending";
}

/**
 * The inputs of a step, each with where it comes from. An output that its step has not given yet is `pending` and has
 * no value. Left out altogether: what the operator left out, what the target does not have, and what a step of
 * origin `read` did not give.
 */
export function bind(step: Pick<Step, "with">, scope: Scope): Readonly<Record<string, PlannedValue>> {
  const bound = Object.entries(step.with).map(([name, binding]) => [name, resolve(binding, scope)] as const);
  return Object.fromEntries(bound.filter((entry): entry is [string, PlannedValue] => entry[1] !== undefined));
}

function resolve(binding: Binding, scope: Scope): PlannedValue | undefined {
  switch (binding.kind) {
    case "value":
      return { value: binding.value, origin: "given" };
    case "input":
      return given(own(scope.inputs, binding.name));
    case "target":
      return given(own(scope.target, binding.name));
    case "output":
      return resolveOutput(binding, own(scope.steps, binding.step));
  }
}

function resolveOutput(
  { step, name }: { step: string; name: string },
  from: StepOutputs | undefined,
): PlannedValue | undefined {
  const pending: PlannedValue = { origin: "pending", step };
  if (from === undefined || from.origin === "pending") return pending;
  const value = own(from.outputs, name);
  if (value !== undefined) return { value, origin: from.origin, step };
  return from.origin === "read" ? undefined : pending;
}

function given(value: PlannedValue["value"]): PlannedValue | undefined {
  return value === undefined ? undefined : { value, origin: "given" };
}

function own<R extends object, K extends keyof R>(record: R, name: K): R[K] | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
