import { checkLines, checkRunbooks, iamPolicy, runbookSchema } from "../src/app/check-runbooks.ts";
import { defineCommand } from "../src/cli/command.ts";
import { printAnswer, printData } from "../src/cli/output.ts";
import { OUTPUT_OPTIONS } from "../src/cli/shared-options.ts";
import { EXIT } from "../src/domain/exit-codes.ts";

export const check = defineCommand({
  name: "check",
  describe: "Type-check runbooks: every key, input and reference, with line and column",
  options: {
    runbooks: { type: "list", positional: "optional", describe: "Runbooks, by name or by path" },
    schema: { type: "boolean", describe: "Print the JSON Schema of runbooks, for editors, and stop" },
    iam: { type: "boolean", describe: "Print the least IAM policy for plan --dry-run=read, and stop" },
    ...OUTPUT_OPTIONS,
  },
  examples: [["vulcan-ops check my-runbook.yaml", "exit 6 where something is wrong"]],
  async run(options, context) {
    if (options.schema || options.iam) {
      printData(context, options.schema ? runbookSchema() : iamPolicy());
      return EXIT.done;
    }
    const checked = await checkRunbooks(options.runbooks);
    const text = () => `${checked.flatMap(checkLines).join("\n")}\n`;
    printAnswer(options, context, { data: checked, text });
    return checked.some(({ problems }) => problems.length > 0) ? EXIT.usage : EXIT.done;
  },
});
