import { registry } from "../actions/index.ts";
import { readPolicy } from "../domain/aws/iam-policy.ts";
import { locateRunbook } from "../runbook/find-runbook.ts";
import { runbookJsonSchema } from "../runbook/json-schema.ts";
import { formatProblem, type Problem } from "../runbook/problem.ts";
import { load } from "./open-runbook.ts";
import { shippedRunbooks } from "./prepared.ts";

/** One runbook's problems; none where it is right. */
export interface CheckedRunbook {
  readonly source: string;
  readonly problems: readonly Problem[];
}

/** Every runbook that is named, by name or by path; without names the shipped ones. */
export async function checkRunbooks(names: readonly string[]): Promise<readonly CheckedRunbook[]> {
  const all = names.length === 0 ? [...shippedRunbooks().keys()] : names;
  return Promise.all(all.map(checkOne));
}

async function checkOne(name: string): Promise<CheckedRunbook> {
  const found = locateRunbook(name, shippedRunbooks());
  const text = found.kind === "shipped" ? found.value.text : found.text;
  const loaded = await load(text, found.source);
  return { source: found.source, problems: "problems" in loaded ? loaded.problems : [] };
}

/** A row for each problem, with line and column. */
export function checkLines({ source, problems }: CheckedRunbook): readonly string[] {
  return problems.length === 0 ? [`OK    ${source}`] : problems.map((problem) => `FAIL  ${formatProblem(problem)}`);
}

/** For editors. */
export const runbookSchema = () => runbookJsonSchema(registry);

/** The least IAM policy with which a target can be read. */
export const iamPolicy = readPolicy;
