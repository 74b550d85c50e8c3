import type { DescribedAction, DescribedField } from "../domain/described-action.ts";
import { formatDuration } from "../domain/time.ts";
import { cell } from "./table-cell.ts";

/** An action as Markdown. `heading`: as many # as the page needs. */
export function explainAction(action: DescribedAction, heading = "#"): string {
  const { name, formerly, summary, inputs, outputs, requests, statements, durations, example } = action;
  const sends = requests.map((request) => `\`${request}\``).join(", ");
  const allowedBy = statements.map((sid) => `\`${sid}\``).join(", ");
  const facts = [
    RISK_SAYS[action.risk],
    ...(formerly === undefined ? [] : [`Its name was \`${formerly}\` before; that is still read.`]),
    ...(requests.length === 0 ? [] : [`Sends at most one of: ${sends}.`]),
    ...(statements.length === 0 ? [] : [`Permissions: ${allowedBy} of \`vulcan-ops iam\`.`]),
    ...UNDO_SAYS[action.undo],
    ...durations.map(
      ({ seconds, why, where }) =>
        `Time limit at least ${formatDuration(seconds)}${where === "" ? "" : ` with \`${where}\``}: ${why}.`,
    ),
  ];
  return [
    `${heading} ${name}`,
    summary,
    facts.map((fact) => `- ${fact}`).join("\n"),
    ...tableOf("input", inputs, "needed"),
    ...tableOf("output", outputs, "always there"),
    `\`\`\`yaml\n${example}\n\`\`\``,
  ].join("\n\n");
}

/** All actions in a table, then each of them: the page `docs/actions.md`. */
export function explainActions(actions: readonly DescribedAction[]): string {
  const rows = actions.map(
    ({ name, risk, summary }) =>
      `| [\`${name}\`](#${name.replaceAll(".", "").toLowerCase()}) | ${risk} | ${cell(summary)} |`,
  );
  return [
    "# Actions",
    "What the steps of a runbook can do. `vulcan-ops actions NAME` prints one of them. [Writing a runbook](../runbooks/README.md) says how steps are written.",
    ["| action | risk | what it does |", "|---|---|---|", ...rows].join("\n"),
    ...actions.map((action) => explainAction(action, "##")),
    "",
  ].join("\n\n");
}

const RISK_SAYS: Readonly<Record<DescribedAction["risk"], string>> = {
  read: "Reads only; asks nothing.",
  change: "Changes what is running; asks with a yes or no.",
  destructive: "Cannot be taken back; asks for a text to type.",
};

const UNDO_SAYS: Readonly<Record<DescribedAction["undo"], readonly string[]>> = {
  "nothing-to-undo": [],
  undo: ["`vulcan-ops undo` takes it back, or says what stays."],
  irreversible: ["It has no undo: the step must say `irreversible: why`."],
};

function tableOf(kind: string, fields: readonly DescribedField[], required: string): readonly string[] {
  if (fields.length === 0) return [];
  const rows = fields.map(
    (field) =>
      `| \`${field.name}\` | ${cell(field.fits)} | ${field.required ? "yes" : "no"} | ${cell(field.description)} |`,
  );
  return [[`| ${kind} | value | ${required} | meaning |`, "|---|---|---|---|", ...rows].join("\n")];
}
