import { registry } from "../actions/index.ts";
import { NEEDS } from "../domain/aws/iam-needs.ts";
import { policyFor } from "../domain/aws/iam-policy.ts";
import { locateRunbook } from "../runbook/find-runbook.ts";
import { runbookJsonSchema } from "../runbook/json-schema.ts";
import { formatProblem, isWarning, type Problem } from "../runbook/problem.ts";
import { load } from "./open-runbook.ts";
import { shippedRunbooks } from "./prepared.ts";

/** One runbook's problems, none if it can be used. Each warning names something that should be changed. */
export interface CheckedRunbook {
  readonly source: string;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Checks the named runbooks (by name or by path), or without names all shipped ones. */
export async function checkRunbooks(names: readonly string[]): Promise<readonly CheckedRunbook[]> {
  const all = names.length === 0 ? [...shippedRunbooks().keys()] : names;
  return Promise.all(all.map(checkOne));
}

async function checkOne(name: string): Promise<CheckedRunbook> {
  const found = locateRunbook(name, shippedRunbooks());
  const text = found.kind === "shipped" ? found.value.text : found.text;
  const loaded = await load(text, found.source);
  const [problems, warnings] = "problems" in loaded ? [loaded.problems, []] : [[], loaded.warnings];
  return { source: found.source, problems, warnings };
}

/** A row for each problem, with line and column. */
export function checkLines({ source, problems, warnings }: CheckedRunbook): readonly string[] {
  if (problems.length > 0) return problems.map((one) => `${isWarning(one) ? "WARN" : "FAIL"}  ${formatProblem(one)}`);
  return [`OK    ${source}`, ...warnings.map((warning) => `WARN  ${formatProblem(warning)}`)];
}

/** The JSON Schema of runbooks, for editors. */
export const runbookSchema = () => runbookJsonSchema(registry);

/** The least IAM policy for a dry run, whatever the target: its names are left open. */
export const iamPolicy = () => policyFor(NEEDS.plan, {});
