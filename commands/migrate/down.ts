import { defineRunbookCommand, inputsFrom } from "../../src/cli/runbook-command.ts";
import { EXEC_OPTIONS } from "../../src/cli/shared-options.ts";
import { usageError } from "../../src/domain/error.ts";
import { runbookCommand } from "../run.ts";

const OPTIONS = {
  steps: {
    type: "string",
    positional: "optional",
    input: "steps",
    example: "2",
    describe: "How many migrations to roll back",
  },
  to: { type: "string", input: "to", describe: "Version that is left, instead of a number of steps" },
  via: {
    type: "string",
    choices: ["exec", "task"],
    input: "via",
    describe: "exec, in a container that serves (default); task, in a task of its own after the revert",
  },
  "revert-to": {
    type: "string",
    input: "revertTo",
    describe: "Revision that fits the schema afterwards (default: by the history)",
  },
  container: {
    type: "string",
    input: "container",
    describe: "The application's container (default: the one that gets the requests)",
  },
  "migrations-file": {
    type: "string",
    describe: "Vulcan's migrations.go, or its folder, which says what each Down destroys",
  },
  ...EXEC_OPTIONS,
} as const;

export const migrateDown = runbookCommand(
  defineRunbookCommand({
    name: "migrate down",
    runbook: "rollback-migration",
    describe: "Roll back the last migrations, in a container, with what is lost named before",
    options: OPTIONS,
    examples: [
      ["vulcan-ops migrate down 2 --dry-run", "what the last two would take with them; sends nothing"],
      ["vulcan-ops migrate down --to 6 --via task", "the service back first, then the schema"],
    ],
    exampleOf: (option) => `2 --${option} …`,
    inputsOf(options) {
      if ((options.steps === undefined) === (options.to === undefined)) throw undecided(options.steps !== undefined);
      return inputsFrom(OPTIONS, options);
    },
    nothingToDo: "nothing-to-roll-back",
  }),
);

function undecided(isBoth: boolean): Error {
  const message = isBoth
    ? "so many steps and --to VERSION say the same thing twice: give one of them"
    : "how far down? Give the number of steps, or the version to be left";
  return usageError("down-target", message, [
    "vulcan-ops migrate down 2",
    "vulcan-ops migrate down --to 6",
    "vulcan-ops migrate status",
  ]);
}
