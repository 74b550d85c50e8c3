import { undoExecutionOf } from "../src/app/execution/continue-execution.ts";
import type { Command } from "../src/cli/command.ts";
import { GO_ON_FLAGS } from "./resume.ts";

export const undo: Command = {
  usage: "undo [id]",
  describe: "Take back what an execution did, last step first, each asked and verified",
  flags: GO_ON_FLAGS,
  async run(given, context) {
    return undoExecutionOf(given, context);
  },
};
