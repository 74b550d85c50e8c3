import { resumeExecution } from "../src/app/execution/continue-execution.ts";
import type { Command } from "../src/cli/command.ts";
import { ANSWER_FLAGS, DATABASE_FLAGS, EXEC_FLAGS, OUTPUT_FLAGS, STATE_FLAGS, TARGET_FLAGS } from "../src/cli/flags.ts";

const { profile } = TARGET_FLAGS;

/** What going on with an execution takes, forwards or back. */
export const GO_ON_FLAGS = {
  ...ANSWER_FLAGS,
  ...EXEC_FLAGS,
  ...DATABASE_FLAGS,
  profile,
  ...OUTPUT_FLAGS,
  ...STATE_FLAGS,
};

export const resume: Command = {
  usage: "resume [id]",
  describe: "Go on with an execution that was interrupted; reads first, never sends anything again blindly",
  flags: GO_ON_FLAGS,
  async run(given, context) {
    return resumeExecution(given, context);
  },
};
