import { registry } from "../../actions/index.ts";
import type { Candidate, CompletionTable } from "../../domain/completion.ts";
import type { Document } from "../../domain/runbook.ts";
import { RULES } from "../inspection/rules.ts";
import { listFaultKinds, listScenarios, listTimings } from "../sandbox/catalogue.ts";
import { completedInputs } from "./completed-inputs.ts";

/** What the build knows beside the commands: names of actions, rules, scenarios, timings, faults, and inputs. */
export async function knownValues(
  documents: readonly Document[],
  schemas: readonly Candidate[],
  pages: readonly Candidate[],
): Promise<Pick<CompletionTable, "lists" | "inputs">> {
  const [scenarios, timings, faults] = await Promise.all([listScenarios(), listTimings(), listFaultKinds()]);
  const runbooks = documents.map(({ runbook }) => runbook);
  return {
    lists: {
      action: Object.values(registry).map(({ name, summary }) => ({ value: name, about: summary })),
      fault: faults.map(({ name, summary }) => ({ value: name, about: summary })),
      page: pages,
      rule: [
        { value: "rules", about: "List the rules" },
        ...Object.entries(RULES).map(([value, { title }]) => ({ value, about: title })),
      ],
      runbook: runbooks.map(({ id, title }) => ({ value: id, about: title })),
      scenario: scenarios.map(({ name, summary }) => ({ value: name, about: summary })),
      schema: schemas,
      timing: timings.map(({ name, summary }) => ({ value: `${name}=`, about: summary, isOpen: true })),
    },
    inputs: Object.fromEntries(runbooks.map(({ id, inputs }) => [id, completedInputs(inputs)])),
  };
}
