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
    value: "REV",
    describe: "Revision to roll back to, as in 42 (default: the newest proven good one)",
  },
  "stop-bad-now": {
    type: "boolean",
    input: "stopBadNow",
    describe: "Stop the old tasks at once when the new ones are healthy, instead of draining them",
  },
  choose: { type: "boolean", describe: "Choose the revision from a list, each with its evidence" },
  "force-further": {
    type: "boolean",
    input: "forceFurther",
    group: "Advanced",
    describe: "Roll back past the revision that ECS restored",
  },
  by: {
    type: "string",
    choices: ["auto", "update"],
    input: "by",
    group: "Advanced",
    describe: "auto (default): cancel the running deployment if it began from the target; update: never",
  },
} as const;

export const rollback = runbookCommand(
  defineRunbookCommand({
    name: "rollback",
    runbook: "rollback-service",
    describe: "Roll back the service to a previous release",
    options: OPTIONS,
    examples: [
      ["vulcan-ops rollback", "plan, ask, roll back, wait until it is healthy"],
      ["vulcan-ops rollback --to 42 --dry-run", "show the plan; send nothing"],
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
