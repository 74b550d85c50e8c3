import { registry } from "../actions/index.ts";
import { NEEDS } from "../domain/aws/iam-needs.ts";
import { policyFor } from "../domain/aws/iam-policy.ts";
import { counted } from "../domain/finding.ts";
import { type Located, locateRunbooks } from "../runbook/find-runbook.ts";
import { runbookJsonSchema } from "../runbook/json-schema.ts";
import { isWarning, type Problem, problemLines } from "../runbook/problem.ts";
import { type Asked, libraryFor, load } from "./open-runbook.ts";

/** One runbook's problems, none if it can be used. Each warning names something that should be changed. */
export interface CheckedRunbook {
  readonly source: string;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

export interface Checked {
  readonly runbooks: readonly CheckedRunbook[];
  /** `5 runbooks: 4 shipped, 1 in ./runbooks` */
  readonly summary: string;
}

/** Checks the named runbooks and folders, or without names those in ./runbooks and all shipped ones. */
export async function checkRunbooks(names: readonly string[], asked: Asked): Promise<Checked> {
  const found = locateRunbooks(names, libraryFor(asked));
  const runbooks = await Promise.all(
    found.map(async (one): Promise<CheckedRunbook> => {
      const text = one.kind === "shipped" ? one.value.text : one.text;
      const loaded = await load(text, one.source);
      const all = "problems" in loaded ? loaded.problems : loaded.warnings;
      const problems = all.filter((problem) => !isWarning(problem));
      return { source: one.source, problems, warnings: all.filter(isWarning) };
    }),
  );
  return { runbooks, summary: summaryOf(found, runbooks) };
}

function summaryOf(found: readonly Located<unknown>[], checked: readonly CheckedRunbook[]): string {
  const shipped = found.filter(({ kind }) => kind === "shipped").length;
  const folders = found.flatMap(({ kind, source }) => (kind === "file" ? [folderOf(source)] : []));
  const counts = [...new Set(folders)].map(
    (folder) => `${folders.filter((one) => one === folder).length} in ${folder}`,
  );
  const from = [...(shipped === 0 ? [] : [`${shipped} shipped`]), ...counts].join(", ");
  const wrong = checked.filter(({ problems }) => problems.length > 0).length;
  return `${counted(found.length, "runbook")}: ${from}. ${wrong === 0 ? "No problem." : `${wrong} of them invalid.`}`;
}

function folderOf(path: string): string {
  const folder = path.includes("/") ? path.replace(/\/[^/]*$/, "") : ".";
  return /^[./]/.test(folder) ? folder : `./${folder}`;
}

/** A row for the runbook, or one for each problem with its place and its rule. */
export function checkLines({ source, problems, warnings }: CheckedRunbook): readonly string[] {
  const head = problems.length === 0 ? [`OK    ${source}`] : [];
  return [
    ...head,
    ...problems.flatMap((one) => rowsOf("FAIL", one)),
    ...warnings.flatMap((one) => rowsOf("WARN", one)),
  ];
}

function rowsOf(word: string, problem: Problem): readonly string[] {
  const [first = "", ...excerpt] = problemLines(problem);
  return [`${word}  ${first} [${problem.rule}]`, ...excerpt];
}

/** The JSON Schema of runbooks, for editors. */
export const runbookSchema = () => runbookJsonSchema(registry);

/** The least IAM policy for a dry run, whatever the target: its names are left open. */
export const iamPolicy = () => policyFor(NEEDS.plan, {});
