import { resumeExecution } from "../src/app/execution/continue-execution.ts";
import { defineCommand } from "../src/cli/command.ts";
import { operatorIo } from "../src/cli/output.ts";
import { CONTINUE_OPTIONS } from "../src/cli/shared-options.ts";

export const resume = defineCommand({
  name: "resume",
  describe: "Resume an interrupted execution; reads AWS first, repeats no request",
  options: CONTINUE_OPTIONS,
  async run(options, context) {
    return (await resumeExecution(options, context, operatorIo(options, context))).outcome.exitCode;
  },
});
