import { undoExecution } from "../src/app/execution/continue-execution.ts";
import { defineCommand } from "../src/cli/command.ts";
import { operatorIo } from "../src/cli/output.ts";
import { CONTINUE_OPTIONS } from "../src/cli/shared-options.ts";

export const undo = defineCommand({
  name: "undo",
  describe: "Undo an execution, last step first; asks and verifies each step",
  options: CONTINUE_OPTIONS,
  async run(options, context) {
    return (await undoExecution(options, context, operatorIo(options, context))).outcome.exitCode;
  },
});
