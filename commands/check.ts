import { registry } from "../src/actions/index.ts";
import { load } from "../src/app/open-runbook.ts";
import { shippedRunbooks } from "../src/app/prepared.ts";
import type { Command } from "../src/cli/command.ts";
import { OUTPUT_FLAGS } from "../src/cli/flags.ts";
import { isSet, listOf } from "../src/cli/options.ts";
import { writeAnswer, writeData } from "../src/cli/output.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import { locateRunbook } from "../src/runbook/find-runbook.ts";
import { runbookJsonSchema } from "../src/runbook/json-schema.ts";
import { formatProblem, type Problem } from "../src/runbook/problem.ts";

export const check: Command = {
  usage: "check [runbooks..]",
  describe: "Type-check runbooks: every key, input and reference, with line and column",
  flags: {
    schema: { type: "boolean", describe: "Print the JSON Schema of runbooks, for editors, and stop" },
    iam: { type: "boolean", describe: "Print the least IAM policy for plan --dry-run=read, and stop" },
    ...OUTPUT_FLAGS,
  },
  examples: [["vulcan-ops check my-runbook.yaml", "exit 6 where something is wrong"]],
  async run(given, context) {
    if (isSet(given, "schema")) {
      writeData(context, runbookJsonSchema(registry));
      return EXIT.done;
    }
    if (isSet(given, "iam")) {
      const { readPolicy } = await import("../src/aws/client/iam-policy.ts");
      writeData(context, readPolicy());
      return EXIT.done;
    }
    const shipped = shippedRunbooks();
    const names = listOf(given, "runbooks");
    const results = await Promise.all((names.length === 0 ? [...shipped.keys()] : names).map(checkOne));
    writeAnswer(given, context, { data: results, text: () => report(results) });
    return results.some((result) => result.problems.length > 0) ? EXIT.usage : EXIT.done;
  },
};

interface Result {
  readonly source: string;
  readonly problems: readonly Problem[];
}

async function checkOne(name: string): Promise<Result> {
  const found = locateRunbook(name, shippedRunbooks());
  const text = found.kind === "shipped" ? found.value.text : found.text;
  const loaded = await load(text, found.source);
  return { source: found.source, problems: "problems" in loaded ? loaded.problems : [] };
}

function report(results: readonly Result[]): string {
  const lines = results.flatMap(({ source, problems }) =>
    problems.length === 0 ? [`OK    ${source}`] : problems.map((problem) => `FAIL  ${formatProblem(problem)}`),
  );
  return `${lines.join("\n")}\n`;
}
