import type { Field } from "../domain/field.ts";
import { type Binding, TARGET_FIELDS, type TargetField } from "../domain/runbook.ts";
import type { Declared, DeclaredStep } from "./declarations.ts";
import { outOfBounds, typeMismatch } from "./field-types.ts";
import { isAge, isNow, readLiteral } from "./parse-literal.ts";
import { quoted, type Report } from "./problem.ts";
import { FORMS, isTargetField, parseReference, pathOf, type Reference, resemblesReference } from "./reference.ts";
import type { RuleId } from "./rules.ts";
import { didYouMean } from "./suggest.ts";
import type { ScalarTree, ScalarValue, Tree } from "./yaml/tree.ts";

/** The binding of a value that was checked. */
export function bindingOf(field: Field, written: ScalarValue): Binding {
  const reference = typeof written === "string" ? parseReference(written) : undefined;
  if (reference !== undefined) return reference;
  const literal = readLiteral(field, written, "");
  if (!literal.ok) throw new Error(`built a runbook that was not checked: ${literal.message}`);
  return { kind: "value", value: literal.value };
}

/** The input of a step that a value is for. `field` is absent where the action is unknown or has no such input. */
export interface Slot {
  readonly name: string;
  readonly field: Field | undefined;
  readonly step: DeclaredStep;
}

/** Does a literal or referenced value under `with` fit its slot? */
export function checkBinding(tree: Tree, slot: Slot, declared: Declared, report: Report): void {
  if (tree.kind !== "scalar") return;
  if (typeof tree.value === "string" && resemblesReference(tree.value)) {
    const reference = parseReference(tree.value);
    if (reference === undefined) report("VOPS008", tree, ...unreadable(tree.value));
    else checkReference(reference, tree, slot, declared, report);
  } else if (slot.field !== undefined) checkLiteral(tree, slot.name, slot.field, report);
}

function checkLiteral(tree: ScalarTree, name: string, field: Field, report: Report): void {
  const literal = readLiteral(field, tree.value, name);
  const isNoMoment = field.type === "time" && tree.value !== null && (!literal.ok || isAge(field, tree.value));
  if (isNoMoment) report("VOPS023", tree, ...noMoment(name, tree.value));
  else if (!literal.ok) report("VOPS023", tree, literal.message, literal.hint);
}

/** A step has no beginning of its own that a time could be relative to: the run's inputs have. */
function noMoment(name: string, written: ScalarValue): readonly [message: string, hint: string] {
  const relative = typeof written === "string" && /^[+-]/.test(written) ? written : isNow(written) ? "+0m" : "+2h";
  return [
    `${quoted(name)} of a step takes a fixed time (2026-04-10T12:00:00Z), not ${quoted(written)}`,
    `for one relative to the start, give the runbook an input {type: time, default: ${relative}, description: …} and refer to it`,
  ];
}

function unreadable(text: string): readonly [message: string, hint: string] {
  const old = /steps\.([\w-]{1,64})\.outputs\.([\w-]{1,64})/.exec(text);
  if (old !== null) return [`${quoted(text)} is no reference`, `write \${{ steps.${old[1]}.${old[2]} }}`];
  if (/^\$\{\{[^{}]*\}\}$/.test(text) || !text.includes("${{")) {
    return [`${quoted(text)} is no reference`, `there is ${FORMS.join(", ")}; nothing is computed`];
  }
  return [`a reference has to be the whole value, not part of a text: ${quoted(text)}`, "nothing is put together here"];
}

/** What a reference points to. */
interface Source {
  /** Absent where its declaration was reported already. */
  readonly field: Field | undefined;
  /** Why there may be no value. */
  readonly mayLack?: string | undefined;
  /** Typed by the operator, so its bounds are not the action's. */
  readonly isInput?: boolean;
}

function checkReference(reference: Reference, tree: Tree, slot: Slot, declared: Declared, report: Report): void {
  const source = sourceOf(reference, slot.step, declared);
  if ("message" in source) report(source.rule, tree, source.message, source.hint);
  else checkSource(source, pathOf(reference), tree, slot, report);
}

function checkSource(source: Source, path: string, tree: Tree, slot: Slot, report: Report): void {
  const { field: from, mayLack, isInput } = source;
  if (from === undefined || slot.field === undefined) return;
  const wrong = typeMismatch(from, slot.field);
  const unbounded = isInput === true ? outOfBounds(from, slot.field) : undefined;
  if (wrong !== undefined) report("VOPS033", tree, `${quoted(slot.name)} does not take ${path}: it ${wrong}`);
  else if (mayLack !== undefined && slot.field.required !== false) {
    report("VOPS034", tree, `${quoted(slot.name)} needs a value, but ${path} may have none`, mayLack);
  } else if (unbounded !== undefined) {
    report("VOPS033", tree, `${quoted(slot.name)} does not take every ${path}`, `give the input ${unbounded}`);
  }
}

interface Missing {
  readonly rule: RuleId;
  readonly message: string;
  readonly hint?: string | undefined;
}

function sourceOf(reference: Reference, at: DeclaredStep, declared: Declared): Source | Missing {
  if (reference.kind === "input") return inputSource(reference.name, declared);
  return reference.kind === "output" ? outputSource(reference, at, declared) : targetSource(reference.name);
}

function inputSource(name: string, { inputs }: Declared): Source | Missing {
  if (!inputs.has(name))
    return { rule: "VOPS031", message: `there is no input ${quoted(name)}`, hint: didYouMean(name, inputs.keys()) };
  const field = inputs.get(name);
  const isLeftOut = field?.required === false && field.default === undefined;
  return { field, isInput: true, mayLack: isLeftOut ? "give the input a default, or make it required" : undefined };
}

function outputSource(
  { step: id, name }: { step: string; name: string },
  at: DeclaredStep,
  declared: Declared,
): Source | Missing {
  const step = declared.steps.find((other) => other.id === id);
  const before = declared.steps.filter(({ order }) => order < at.order).flatMap((other) => other.id ?? []);
  if (step === undefined)
    return { rule: "VOPS031", message: `there is no step ${quoted(id)}`, hint: didYouMean(id, before) };
  if (step.order >= at.order) {
    const where = step === at ? "is this step itself" : "comes later";
    return { rule: "VOPS032", message: `the step ${quoted(id)} ${where}`, hint: "a reference can only look back" };
  }
  if (step.spec === undefined) return { field: undefined };
  const outputs = step.spec.outputs;
  if (!Object.hasOwn(outputs, name)) {
    const hint = didYouMean(name, Object.keys(outputs)) ?? "it gives nothing";
    return { rule: "VOPS031", message: `${step.spec.name} gives no ${quoted(name)}`, hint };
  }
  return { field: outputs[name], mayLack: missingReason(outputs[name], step, at) };
}

function missingReason(output: Field | undefined, step: DeclaredStep, at: DeclaredStep): string | undefined {
  if (output?.required === false) return "the action does not always give it";
  const { only } = step;
  const isWithin =
    only === undefined || (at.only?.input === only.input && at.only.is.every((choice) => only.is.includes(choice)));
  return isWithin ? undefined : `the step is left out unless ${only.input} is ${only.is.join(" or ")}`;
}

function targetSource(name: string): Source | Missing {
  if (!isTargetField(name))
    return { rule: "VOPS031", message: `a target has no ${quoted(name)}`, hint: didYouMean(name, TARGET_FIELDS) };
  return { field: TEXT, mayLack: UNPINNED.has(name) ? "a target need not pin it" : undefined };
}

const TEXT: Field = { type: "string", description: "" };
const UNPINNED: ReadonlySet<TargetField> = new Set<TargetField>(["account", "region"]);
