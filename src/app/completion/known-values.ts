import { registry } from "../../actions/index.ts";
import type { Candidate, CompletedInput, CompletionTable } from "../../domain/completion.ts";
import type { Field } from "../../domain/field.ts";
import type { Document } from "../../domain/runbook.ts";
import { RULES } from "../inspection/rules.ts";
import { listFaultKinds, listScenarios, listTimings } from "../sandbox/catalogue.ts";

/** What the build knows beside the commands: names of actions, rules, scenarios, timings, faults, and inputs. */
export async function knownValues(
  documents: readonly Document[],
  schemas: readonly Candidate[],
): Promise<Pick<CompletionTable, "lists" | "inputs">> {
  const [scenarios, timings, faults] = await Promise.all([listScenarios(), listTimings(), listFaultKinds()]);
  const runbooks = documents.map(({ runbook }) => runbook);
  return {
    lists: {
      action: Object.values(registry).map(({ name, summary }) => ({ value: name, about: summary })),
      fault: faults.map(({ name, summary }) => ({ value: name, about: summary })),
      rule: [
        { value: "rules", about: "List the rules" },
        ...Object.entries(RULES).map(([value, { title }]) => ({ value, about: title })),
      ],
      runbook: runbooks.map(({ id, title }) => ({ value: id, about: title })),
      scenario: scenarios.map(({ name, summary }) => ({ value: name, about: summary })),
      schema: schemas,
      timing: timings.map(({ name, summary }) => ({ value: `${name}=`, about: summary, isOpen: true })),
    },
    inputs: Object.fromEntries(
      runbooks.map(({ id, inputs }) => [id, Object.entries(inputs).map(([name, field]) => inputOf(name, field))]),
    ),
  };
}

function inputOf(name: string, { type, description, choices }: Field): CompletedInput {
  const values = type === "boolean" ? ["true", "false"] : choices;
  const completes = type === "revision" || type === "version" ? ([type] as const) : undefined;
  return { name, about: description, ...(values && { choices: values }), ...(completes && { completes }) };
}
