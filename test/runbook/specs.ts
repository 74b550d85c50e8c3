import type { Runbook } from "../../src/domain/runbook.ts";
import type { ActionSpec, ActionSpecs } from "../../src/runbook/action-spec.ts";
import { loadRunbook } from "../../src/runbook/load.ts";
import { formatProblem } from "../../src/runbook/problem.ts";

const described = { description: "About it." };

const list: readonly ActionSpec[] = [
  {
    name: "ecs.findRevision",
    summary: "Find the revision to return to.",
    risk: "read",
    inputs: { to: { type: "revision", required: false, ...described } },
    outputs: {
      taskDefinition: { type: "taskDefinition", ...described },
      revision: { type: "revision", ...described },
      image: { type: "string", required: false, ...described },
    },
  },
  {
    name: "ecs.findEarlier",
    summary: "Find an earlier revision.",
    risk: "read",
    choosesEarlierUnless: "to",
    inputs: { to: { type: "revision", required: false, ...described } },
    outputs: { taskDefinition: { type: "taskDefinition", ...described } },
  },
  {
    name: "ecs.updateService",
    summary: "Point the service at a task definition.",
    risk: "change",
    inputs: {
      taskDefinition: { type: "taskDefinition", description: "What the service shall run." },
      forceNewDeployment: { type: "boolean", required: false, ...described },
    },
    outputs: { previousTaskDefinition: { type: "taskDefinition", ...described } },
  },
  {
    name: "ecs.scale",
    formerly: "ecs.resize",
    summary: "Change the number of tasks.",
    risk: "destructive",
    inputs: {
      count: { type: "integer", minimum: 0, maximum: 10, required: false, ...described },
      note: { type: "string", required: false, ...described },
      cutover: { type: "choice", choices: ["revision", "dns"], required: false, ...described },
      at: { type: "time", required: false, ...described },
      lasting: { type: "duration", required: false, ...described },
    },
    outputs: {},
  },
  {
    name: "watch.service",
    summary: "Watch the service.",
    risk: "read",
    leastToProve: { input: "for", seconds: 900, why: "the first five do not count" },
    inputs: { for: { type: "duration", ...described } },
    outputs: {},
  },
];

/** Actions of every risk, with inputs of every form. */
export const specs: ActionSpecs = Object.fromEntries(list.map((spec) => [spec.name, spec]));

/** The problems of a text, one a line. */
export function problemsOf(text: string): string {
  const loaded = loadRunbook(text, "x.yaml", specs);
  return "problems" in loaded ? loaded.problems.map(formatProblem).join("\n") : "";
}

/** The runbook of a text that has no problems. */
export function runbookOf(text: string): Runbook {
  const loaded = loadRunbook(text, "x.yaml", specs);
  if ("problems" in loaded) throw new Error(loaded.problems.map(formatProblem).join("\n"));
  return loaded.document.runbook;
}

/** A whole document round some inputs and steps; the steps begin at line 6, or after the inputs. */
export function documentOf(parts: {
  readonly inputs?: string;
  readonly steps?: string;
  readonly rest?: string;
}): string {
  return [
    'schemaVersion: "1"',
    "id: try-it",
    "title: Try it",
    "description: For a test.",
    ...(parts.inputs === undefined ? [] : ["inputs:", parts.inputs]),
    "steps:",
    parts.steps ?? "  - {id: find, title: Find, action: ecs.findRevision}",
    ...(parts.rest === undefined ? [] : [parts.rest]),
    "",
  ].join("\n");
}
