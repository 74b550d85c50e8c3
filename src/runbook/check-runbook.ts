import type { Field } from "../domain/field.ts";
import { RISKS } from "../domain/operation.ts";
import type { ActionSpec, ActionSpecs } from "./action-spec.ts";
import { checkBinding } from "./check-bindings.ts";
import { checkShape } from "./check-shape.ts";
import { checkInputs, type Declared, type DeclaredStep, declaredIn } from "./declarations.ts";
import { RUNBOOK } from "./document-shape.ts";
import { quoted, type Report } from "./problem.ts";
import { didYouMean } from "./suggest.ts";
import { entriesOf, itemsOf, member, type Tree, textOf } from "./yaml/tree.ts";

/** Checks a document: its shape, then what its parts say about each other and about the actions. */
export function check(document: Tree, specs: ActionSpecs, report: Report): void {
  checkShape(document, RUNBOOK, "the runbook", report);
  const declared = declaredIn(document, specs);
  checkInputs(document, declared, report);
  checkUnique(declared, report);
  checkOutcome(document, declared, report);
  checkRehearsal(document, declared, report);
  for (const step of declared.steps) for (const rule of STEP_RULES) rule(step, { declared, specs, report });
}

interface Around {
  readonly declared: Declared;
  readonly specs: ActionSpecs;
  readonly report: Report;
}

const STEP_RULES: readonly ((step: DeclaredStep, around: Around) => void)[] = [
  checkAction,
  checkRisk,
  checkConfirm,
  checkOnly,
  checkWith,
  checkMissing,
];

function checkUnique({ steps }: Declared, report: Report): void {
  const first = new Map<string, Tree>();
  for (const { id, tree } of steps) {
    const place = member(tree, "id") ?? tree;
    const taken = id === undefined ? undefined : first.get(id);
    if (taken !== undefined)
      report("VOPS013", place, `the step id ${quoted(id)} is taken`, `by the step at line ${taken.line}`);
    else if (id !== undefined) first.set(id, place);
  }
}

/** A restoring step runs at every end, so it says nothing of what came of an execution. */
function checkOutcome(document: Tree, { steps }: Declared, report: Report): void {
  const ids = steps.flatMap(({ id, restores }) => (id === undefined || restores ? [] : [id]));
  for (const item of itemsOf(member(document, "outcome"))) {
    const id = textOf(item);
    if (id !== undefined && !ids.includes(id))
      report("VOPS029", item, `the outcome names no step ${quoted(id)}`, didYouMean(id, ids));
  }
}

function checkRehearsal(document: Tree, { inputs }: Declared, report: Report): void {
  const known = [...inputs.keys()];
  for (const [name, { key }] of entriesOf(member(member(document, "rehearsal"), "inputs"))) {
    if (!known.includes(name))
      report("VOPS030", key, `the rehearsal names no input ${quoted(name)}`, didYouMean(name, known));
  }
}

function checkAction({ tree, spec }: DeclaredStep, { specs, report }: Around): void {
  const action = member(tree, "action");
  const name = textOf(action);
  if (action === undefined || name === undefined) return;
  if (spec !== undefined) {
    if (spec.name !== name) report("VOPS028", action, `the action ${name} is called ${spec.name} now`);
    return;
  }
  report("VOPS020", action, `unknown action ${quoted(name)}`, didYouMean(name, Object.keys(specs)));
}

function checkRisk({ tree, spec }: DeclaredStep, { report }: Around): void {
  const risk = member(tree, "risk");
  if (risk === undefined || spec === undefined) return;
  const lower = RISKS.slice(0, RISKS.indexOf(spec.risk));
  if (!lower.some((level) => level === textOf(risk))) return;
  report("VOPS024", risk, `the risk of ${spec.name} is ${spec.risk}; a runbook may raise it, never lower it`);
}

function checkConfirm({ tree, spec }: DeclaredStep, { report }: Around): void {
  const confirm = member(tree, "confirm");
  const risk = textOf(member(tree, "risk")) ?? spec?.risk;
  if (confirm === undefined || textOf(confirm) !== "none" || spec === undefined) return;
  if (spec.risk === "read" && risk === "read") return;
  report("VOPS025", confirm, `a step of risk ${risk === "read" ? spec.risk : risk} has to ask`, "prompt or typed");
}

function checkOnly({ tree }: DeclaredStep, { declared: { inputs }, report }: Around): void {
  const input = member(member(tree, "only"), "input");
  const name = textOf(input);
  if (input === undefined || name === undefined) return;
  const field = inputs.get(name);
  if (!inputs.has(name)) report("VOPS026", input, `there is no input ${quoted(name)}`, didYouMean(name, inputs.keys()));
  else if (field?.type === "choice") checkOnlyIs(itemsOf(member(member(tree, "only"), "is")), name, field, report);
  else if (field !== undefined) {
    report("VOPS026", input, `the input ${quoted(name)} is of type ${field.type}`, '"only" takes a choice');
  }
}

function checkOnlyIs(items: readonly Tree[], name: string, { choices = [] }: Field, report: Report): void {
  for (const item of items) {
    const choice = textOf(item);
    if (choice === undefined || choices.includes(choice)) continue;
    report("VOPS026", item, `${quoted(choice)} is none of the choices of ${quoted(name)}`, didYouMean(choice, choices));
  }
}

function checkWith(step: DeclaredStep, { declared, report }: Around): void {
  const { spec } = step;
  for (const [name, { key, value }] of entriesOf(member(step.tree, "with"))) {
    const field = spec !== undefined && Object.hasOwn(spec.inputs, name) ? spec.inputs[name] : undefined;
    if (spec !== undefined && field === undefined) {
      const hint = didYouMean(name, Object.keys(spec.inputs)) ?? "it takes none";
      report("VOPS021", key, `${spec.name} has no input ${quoted(name)}`, hint);
    }
    checkBinding(value, { name, field, step }, declared, report);
  }
}

function checkMissing({ tree, spec }: DeclaredStep, { report }: Around): void {
  const given = entriesOf(member(tree, "with"));
  for (const name of requiredOf(spec)) {
    const place = entriesOf(tree).get("with")?.key ?? member(tree, "action") ?? tree;
    if (!given.has(name))
      report("VOPS022", place, `${spec?.name} needs the input ${quoted(name)}`, spec?.inputs[name]?.description);
  }
}

function requiredOf(spec: ActionSpec | undefined): readonly string[] {
  return Object.entries(spec?.inputs ?? {}).flatMap(([name, field]) => (field.required === false ? [] : [name]));
}
