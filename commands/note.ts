import { noteExecution } from "../src/app/execution/note-execution.ts";
import { defineCommand } from "../src/cli/command.ts";
import { printAnswer } from "../src/cli/output.ts";
import { OUTPUT_OPTIONS, STATE_OPTIONS } from "../src/cli/shared-options.ts";
import { EXIT } from "../src/domain/exit-codes.ts";

export const note = defineCommand({
  name: "note",
  describe: "Add a note to an execution, running or ended; show and report have it",
  options: {
    id: {
      type: "string",
      positional: "required",
      value: "ID",
      describe: "Execution: its id, the beginning of it, or last",
    },
    text: { type: "list", positional: "required", value: "TEXT", describe: "What to note" },
    ...OUTPUT_OPTIONS,
    ...STATE_OPTIONS,
  },
  examples: [['vulcan-ops note last "Support reports errors since 03:20Z"', "kept with its time and your name"]],
  async run(options, context) {
    const noted = await noteExecution(options.id ?? "", options.text.join(" "), options, context);
    printAnswer(options, context, { data: noted, text: () => `Noted for execution ${noted.execution}.\n` });
    return EXIT.done;
  },
});
