import { registry } from "../src/actions/index.ts";
import type { Prepared } from "../src/app/prepared.ts";
import { helpTexts } from "../src/cli/parse-argv.ts";
import type { Document } from "../src/domain/runbook.ts";
import { loadRunbook } from "../src/runbook/load.ts";
import { formatProblem } from "../src/runbook/problem.ts";

/** Build time only: renders help and checks the shipped runbooks, so that neither is done at start-up. */
export async function prepare(version: string, texts: Readonly<Record<string, string>>): Promise<Prepared> {
  return {
    version,
    help: await helpTexts(),
    runbooks: Object.entries(texts).map(([name, text]) => checked(name, text)),
  };
}

function checked(name: string, text: string): Document {
  const loaded = loadRunbook(text, name, registry);
  if ("problems" in loaded) throw new Error(loaded.problems.map(formatProblem).join("\n"));
  if (loaded.document.runbook.id !== name)
    throw new Error(`runbooks/${name}.yaml has the id ${loaded.document.runbook.id}`);
  return loaded.document;
}
