import { defineRunbookCommand, inputsFrom } from "../../src/cli/runbook-command.ts";
import { EXEC_OPTIONS, SOURCE_OPTIONS } from "../../src/cli/shared-options.ts";
import { usageError } from "../../src/domain/error.ts";
import { runbookCommand } from "../run.ts";

const OPTIONS = {
  steps: {
    type: "string",
    positional: "optional",
    input: "steps",
    example: "2",
    value: "N",
    describe: "Number of migrations to roll back",
  },
  to: { type: "string", input: "to", value: "VERSION", describe: "Version to keep, instead of a number of steps" },
  via: {
    type: "string",
    choices: ["exec", "task"],
    input: "via",
    describe: "exec: in a running container (default); task: in its own task, after the rollback of the service",
  },
  "revert-to": {
    type: "string",
    input: "revertTo",
    value: "REV",
    group: "Advanced",
    describe: "Revision that fits the schema afterwards (default: by the history)",
  },
  container: {
    type: "string",
    input: "container",
    value: "NAME",
    group: "Advanced",
    describe: "The application's container (default: the one that gets the requests)",
  },
  ...SOURCE_OPTIONS,
  ...EXEC_OPTIONS,
} as const;

export const migrateDown = runbookCommand(
  defineRunbookCommand({
    name: "migrate down",
    runbook: "rollback-migration",
    describe: "Roll back the last migrations; names what is lost before it asks",
    options: OPTIONS,
    examples: [
      ["vulcan-ops migrate down 2 --dry-run", "what the last two would destroy; sends nothing"],
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
    ? "a number of steps and --to VERSION exclude each other; give one"
    : "specify a number of steps, or --to VERSION (the version to keep)";
  return usageError("down-target", message, [
    "vulcan-ops migrate down 2",
    "vulcan-ops migrate down --to 6",
    "vulcan-ops migrate status",
  ]);
}
