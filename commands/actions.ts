import { actionPage, describedAction, describedActions } from "../src/app/actions.ts";
import { defineCommand } from "../src/cli/command.ts";
import { printAnswer } from "../src/cli/output.ts";
import { answerDisplayOptions } from "../src/cli/process-context.ts";
import { OUTPUT_OPTIONS } from "../src/cli/shared-options.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import { renderActions } from "../src/ui/render/actions.ts";

export const actions = defineCommand({
  name: "actions",
  describe: "List what a runbook's steps can do, or show one action",
  options: {
    name: {
      type: "string",
      positional: "optional",
      value: "NAME",
      completes: ["action"],
      describe: "Action, as in ecs.updateService",
    },
    ...OUTPUT_OPTIONS,
  },
  examples: [
    ["vulcan-ops actions", "each action, with its risk"],
    ["vulcan-ops actions ecs.updateService", "its inputs, outputs, requests, permissions, undo and an example"],
  ],
  async run(options, context) {
    if (options.name !== undefined) {
      const one = describedAction(options.name);
      printAnswer(options, context, { data: one, text: () => actionPage(one) });
      return EXIT.done;
    }
    const all = describedActions();
    printAnswer(options, context, { data: all, text: () => renderActions(all, answerDisplayOptions(context)) });
    return EXIT.done;
  },
});
