import { commandLine } from "../domain/command-line.ts";
import type { Field } from "../domain/field.ts";
import type { Risk } from "../domain/operation.ts";
import { type Confirm, confirmOf, type OnFailure, type Runbook, type Step } from "../domain/runbook.ts";
import { formatDuration } from "../domain/time.ts";
import { type ActionSpec, type ActionSpecs, specOf } from "./action-spec.ts";
import { acceptedValues } from "./parse-literal.ts";
import { pathOf } from "./reference.ts";
import { cell } from "./table-cell.ts";

/** The runbook as Markdown, for an on-call engineer or a wiki. */
export function explainRunbook(runbook: Runbook, specs: ActionSpecs): string {
  const sections = [
    `# ${runbook.title}`,
    runbook.description.trim(),
    ...inputSection(runbook),
    "## Steps",
    ...runbook.steps.map((step, index) => explainStep(step, index + 1, specs)),
    ...outcomeSection(runbook),
    ...finallySection(runbook, specs),
  ];
  return `${sections.join("\n\n")}\n`;
}

function inputSection({ id, inputs }: Runbook): readonly string[] {
  const rows = Object.entries(inputs).map(([name, field]) => inputRow(name, field));
  const call = ["```", commandLine`vulcan-ops run ${id}` + Object.entries(inputs).map(callPart).join(""), "```"].join(
    "\n",
  );
  if (rows.length === 0) return [call];
  return [call, "## Inputs", ["| input | what fits | needed | meaning |", "|---|---|---|---|", ...rows].join("\n")];
}

function callPart([name, field]: readonly [string, Field]): string {
  const part = `--input ${name}=…`;
  return isNeeded(field) ? ` ${part}` : ` [${part}]`;
}

const isNeeded = (field: Field): boolean => field.required !== false && field.default === undefined;

function inputRow(name: string, field: Field): string {
  const needed =
    field.default === undefined ? (isNeeded(field) ? "yes" : "no") : `no, default ${cell(String(field.default))}`;
  return `| \`${name}\` | ${cell(acceptedValues(field))} | ${needed} | ${cell(field.description)} |`;
}

function outcomeSection({ outcome = [] }: Runbook): readonly string[] {
  if (outcome.length === 0) return [];
  const steps = outcome.map((id) => `\`${id}\``).join(", ");
  return ["## Outcome", `One sentence says what came of it, from the steps ${steps}: in END, history and notices.`];
}

function finallySection({ finally: steps }: Runbook, specs: ActionSpecs): readonly string[] {
  if (steps.length === 0) return [];
  return [
    "## At every end",
    "These steps put things back. They run after a success and after a failure, without being asked for.",
    ...steps.map((step, index) => explainStep(step, index + 1, specs)),
  ];
}

function explainStep(step: Step, position: number, specs: ActionSpecs): string {
  const spec = specOf(specs, step.action);
  const heading = `### ${position}. ${step.title}`;
  const why = step.why === undefined ? [] : [step.why.trim()];
  return [heading, ...why, facts(step, spec).join("\n")].join("\n\n");
}

function facts(step: Step, spec: ActionSpec | undefined): readonly string[] {
  const risk = step.risk ?? spec?.risk ?? "read";
  const only = step.only === undefined ? [] : [`- Only where \`${step.only.input}\` is ${step.only.is.join(" or ")}.`];
  return [
    `- Step \`${step.id}\`, action \`${step.action}\`: ${spec?.summary ?? ""}`.trim(),
    ...only,
    ...Object.entries(step.with).map(([name, binding]) => {
      return `- \`${name}\`: \`${binding.kind === "value" ? binding.value : pathOf(binding)}\``;
    }),
    `- ${RISK_SAYS[risk]} ${CONFIRM_SAYS[confirmOf(step.confirm, risk)]}`,
    ...(step.irreversible === undefined ? [] : [`- **Cannot be undone**: ${cell(step.irreversible)}`]),
    `- ${endOf(step, spec)} ${FAILURE_SAYS[step.onFailure]}`,
  ];
}

const endOf = ({ timeoutSeconds }: Step, spec: ActionSpec | undefined): string =>
  spec?.endsBy === undefined ? `Time limit ${formatDuration(timeoutSeconds)}.` : `It ends by its \`${spec.endsBy}\`.`;

const RISK_SAYS: Readonly<Record<Risk, string>> = {
  read: "Reads only; changes nothing.",
  change: "**Changes** what is running.",
  destructive: "**Destroys** data: it cannot be undone.",
};

const CONFIRM_SAYS: Readonly<Record<Confirm, string>> = {
  none: "Asks nothing.",
  prompt: "Shows what it will do and asks before it does it.",
  typed: "Shows what it will do; continues only when the named text is typed.",
};

const FAILURE_SAYS: Readonly<Record<OnFailure, string>> = {
  abort: "If it fails, the procedure stops.",
  ask: "If it fails, you choose what comes next; without a terminal the procedure stops.",
  undo: "If it fails, what was changed is undone, last change first.",
  continue: "If it fails, the procedure continues.",
};
