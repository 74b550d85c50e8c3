import { checkLines, checkRunbooks, iamPolicy, runbookSchema } from "../src/app/check-runbooks.ts";
import { defineCommand } from "../src/cli/command.ts";
import { printAnswer, printData } from "../src/cli/output.ts";
import { OUTPUT_OPTIONS } from "../src/cli/shared-options.ts";
import { commandLine } from "../src/domain/command-line.ts";
import { EXIT } from "../src/domain/exit-codes.ts";

export const check = defineCommand({
  name: "check",
  describe: "Check runbooks: every key, input and reference, with line and column",
  options: {
    runbooks: {
      type: "list",
      positional: "optional",
      value: "RUNBOOK",
      describe: "Names, files or folders (default: ./runbooks and the shipped ones)",
    },
    schema: { type: "boolean", describe: "Print the JSON Schema of runbooks, for editors, and stop" },
    iam: { type: "boolean", describe: "Print the least IAM policy for plan --dry-run=read, and stop" },
    ...OUTPUT_OPTIONS,
  },
  examples: [
    ["vulcan-ops check", "everything: ./runbooks and the shipped ones"],
    ["vulcan-ops check my-runbook.yaml", "one file; exit 6 if something is wrong"],
  ],
  async run(options, context) {
    if (options.schema || options.iam) {
      printData(context, options.schema ? runbookSchema() : iamPolicy());
      return EXIT.done;
    }
    const { runbooks, summary } = await checkRunbooks(options.runbooks, { verb: "check", cwd: context.cwd });
    const rule = runbooks.flatMap(({ problems, warnings }) => [...problems, ...warnings])[0]?.rule;
    const why = rule === undefined ? [] : [commandLine`Why: vulcan-ops explain ${rule}`];
    const text = () => `${[...runbooks.flatMap(checkLines), summary, ...why].join("\n")}\n`;
    printAnswer(options, context, { data: runbooks, text });
    return runbooks.some(({ problems }) => problems.length > 0) ? EXIT.usage : EXIT.done;
  },
});
