import { openTarget } from "../src/app/open-target.ts";
import { readRevisionChoices } from "../src/app/revision-choices.ts";
import { askChoice, isInteractive } from "../src/cli/output.ts";
import { defineRunbookCommand, inputsFrom } from "../src/cli/runbook-command.ts";
import { usageError } from "../src/domain/error.ts";
import { runbookCommand } from "./run.ts";

const OPTIONS = {
  to: {
    type: "string",
    input: "to",
    example: "--to 42",
    describe: "Revision to return to, as in 42 (default: the newest proven good one)",
  },
  "stop-bad-now": {
    type: "boolean",
    input: "stopBadNow",
    describe: "Once the replacements serve, stop the other revision's tasks instead of draining them",
  },
  choose: { type: "boolean", describe: "Choose the revision from a list with its evidence" },
  "force-further": { type: "boolean", input: "forceFurther", describe: "Go back although ECS has gone back already" },
  by: {
    type: "string",
    choices: ["auto", "update"],
    input: "by",
    describe: "auto: stop a deployment in flight where that leads there",
  },
} as const;

export const rollback = runbookCommand(
  defineRunbookCommand({
    name: "rollback",
    runbook: "rollback-service",
    describe: "Revert the service to a previous task definition",
    options: OPTIONS,
    examples: [
      ["vulcan-ops rollback", "ask, revert, follow the rollout"],
      ["vulcan-ops rollback --to 42 --dry-run", "show the plan, send nothing"],
    ],
    exampleOf: () => "--to 42",
    async inputsOf(options, context) {
      const inputs = inputsFrom(OPTIONS, options);
      if (!options.choose) return inputs;
      if (!isInteractive(options, context))
        throw usageError("choose-unattended", "without a terminal a revision cannot be chosen from a list", [
          "vulcan-ops rollback --to REV",
        ]);
      const { current, choices } = await readRevisionChoices(await openTarget(options, context));
      const message = `The service runs ${current}. Return to which revision?`;
      const to = await askChoice(context, message, [{ value: NONE, label: "none of them: stop here" }, ...choices]);
      if (to !== undefined && to !== NONE) return { ...inputs, to };
      context.stderr.write("No revision was chosen; nothing was sent.\n");
      return undefined;
    },
  }),
);

const NONE = "none";
