import type { Fields } from "../domain/field.ts";
import { type Binding, DEFAULT_TIMEOUT_SECONDS, type Runbook, type Step } from "../domain/runbook.ts";
import { type ActionSpecs, specOf } from "./action-spec.ts";
import { bindingOf } from "./check-bindings.ts";
import { dataOf, entriesOf, itemsOf, member, type Tree } from "./yaml/tree.ts";

/** Builds the runbook from a checked document. The defaults of the format are filled in only here. */
export function build(document: Tree, specs: ActionSpecs): Runbook {
  const stepsUnder = (key: string) => itemsOf(member(document, key)).map((tree) => buildStep(tree, specs));
  // The check has compared the document with the shape that these types describe.
  const data = dataOf(document) as Omit<Runbook, "steps" | "finally">;
  return { ...data, inputs: data.inputs ?? {}, steps: stepsUnder("steps"), finally: stepsUnder("finally") };
}

type Defaulted = "timeoutSeconds" | "onFailure";

function buildStep(tree: Tree, specs: ActionSpecs): Step {
  const data = dataOf(tree) as Omit<Step, "with" | Defaulted> & Partial<Pick<Step, Defaulted>>;
  const spec = specOf(specs, data.action);
  // Use the present name, so that no later code meets a former one.
  const action = spec?.name ?? data.action;
  const bound = bindings(tree, spec?.inputs ?? {});
  return { timeoutSeconds: DEFAULT_TIMEOUT_SECONDS, onFailure: "ask", ...data, action, with: bound };
}

function bindings(tree: Tree, fields: Fields): Readonly<Record<string, Binding>> {
  const bound: [string, Binding][] = [];
  for (const [name, { value }] of entriesOf(member(tree, "with"))) {
    const field = fields[name];
    if (field !== undefined && value.kind === "scalar") bound.push([name, bindingOf(field, value.value)]);
  }
  return Object.fromEntries(bound);
}
