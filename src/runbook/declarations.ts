import type { Field } from "../domain/field.ts";
import type { Step } from "../domain/runbook.ts";
import type { ActionSpec, ActionSpecs } from "./action-spec.ts";
import { specOf } from "./action-spec.ts";
import { isFieldType } from "./field-types.ts";
import { readLiteral } from "./parse-literal.ts";
import { quoted, type Report } from "./problem.ts";
import { resemblesReference } from "./reference.ts";
import { dataOf, entriesOf, itemsOf, member, type Tree, textOf } from "./yaml/tree.ts";

/** By name; undefined where the declaration itself is wrong, so that its use is not reported as well. */
type DeclaredInputs = ReadonlyMap<string, Field | undefined>;

/** A step as later steps see it. */
export interface DeclaredStep {
  readonly id: string | undefined;
  readonly tree: Tree;
  readonly order: number;
  readonly spec: ActionSpec | undefined;
  readonly only: Step["only"];
  /** The step is under `finally`: it runs by itself, at every end. */
  readonly restores: boolean;
}

/** What can be referenced in a document. */
export interface Declared {
  readonly inputs: DeclaredInputs;
  /** `steps`, then `finally`. */
  readonly steps: readonly DeclaredStep[];
}

/** Everything that a document declares, as far as it is well-formed. */
export function declaredIn(document: Tree, specs: ActionSpecs): Declared {
  const inputs = [...entriesOf(member(document, "inputs"))].map(([name, { value }]) => [name, fieldOf(value)] as const);
  const ordinary = itemsOf(member(document, "steps"));
  const trees = [...ordinary, ...itemsOf(member(document, "finally"))];
  const steps = trees.map((tree, order) => declaredStep(tree, order, order >= ordinary.length, specs));
  return { inputs: new Map(inputs), steps };
}

function declaredStep(tree: Tree, order: number, restores: boolean, specs: ActionSpecs): DeclaredStep {
  const action = textOf(member(tree, "action"));
  const spec = action === undefined ? undefined : specOf(specs, action);
  return { id: textOf(member(tree, "id")), tree, order, spec, only: onlyOf(member(tree, "only")), restores };
}

function onlyOf(tree: Tree | undefined): Step["only"] {
  const input = textOf(member(tree, "input"));
  if (input === undefined) return undefined;
  return { input, is: itemsOf(member(tree, "is")).flatMap((item) => textOf(item) ?? []) };
}

function fieldOf(tree: Tree): Field | undefined {
  const type = textOf(member(tree, "type"));
  if (!isFieldType(type) || (type === "choice" && itemsOf(member(tree, "choices")).length === 0)) return undefined;
  return dataOf(tree) as Field;
}

/** Do the inputs' defaults and limits fit their types? */
export function checkInputs(document: Tree, { inputs }: Declared, report: Report): void {
  for (const [name, { value }] of entriesOf(member(document, "inputs"))) {
    const field = inputs.get(name);
    const written = member(value, "default");
    if (field !== undefined && written !== undefined) checkDefault(field, written, report);
    if (Number(field?.minimum) > Number(field?.maximum)) {
      report(
        "VOPS027",
        member(value, "minimum") ?? value,
        `"minimum" of the input ${quoted(name)} is above its "maximum"`,
      );
    }
  }
}

function checkDefault(field: Field, written: Tree, report: Report): void {
  if (written.kind !== "scalar") return;
  if (typeof written.value === "string" && resemblesReference(written.value)) {
    report("VOPS027", written, "a default cannot be a reference");
    return;
  }
  const literal = readLiteral(field, written.value, "default");
  if (!literal.ok) report("VOPS027", written, literal.message, literal.hint);
}
