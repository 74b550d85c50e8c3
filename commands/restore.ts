import type { OptionsOf } from "../src/cli/options.ts";
import { askChoice, isInteractive } from "../src/cli/output.ts";
import type { ProcessContext } from "../src/cli/process-context.ts";
import { defineRunbookCommand, inputsFrom } from "../src/cli/runbook-command.ts";
import type { RUN_OPTIONS } from "../src/cli/shared-options.ts";
import { usageError } from "../src/domain/error.ts";
import { runbookCommand } from "./run.ts";

const OPTIONS = {
  to: {
    type: "string",
    input: "to",
    value: "TIME",
    example: "--to 2026-04-10T12:00:00Z",
    describe: "The moment: 2026-04-10T12:00:00Z, with Z or an offset, or an age as in -15m",
  },
  latest: { type: "boolean", input: "latest", describe: "Instead: as late as RDS can" },
  "before-migration": {
    type: "string",
    input: "beforeMigration",
    value: "VERSION",
    example: "--before-migration 8",
    describe: "Instead: just before this migration began, as in 8",
  },
  as: {
    type: "string",
    input: "as",
    value: "NAME",
    describe: "Name of the new instance (default: the source's with the moment)",
  },
  cutover: {
    type: "string",
    choices: ["none", "revision", "rename"],
    input: "cutover",
    describe:
      "Bring the service onto it: by a new revision, or by the old one's name (default: none; a terminal is asked)",
  },
  "database-secret": {
    type: "string",
    input: "databaseSecret",
    value: "ARN",
    group: "Advanced",
    describe: "With --cutover revision: ARN of the secret with the new address",
  },
  leave: {
    type: "string",
    input: "leave",
    value: "NAMES",
    group: "Advanced",
    describe: "With --cutover revision: variables that stay as they are, with commas",
  },
} as const;

type RestoreOptions = OptionsOf<typeof OPTIONS & typeof RUN_OPTIONS>;

export const restore = runbookCommand(
  defineRunbookCommand({
    name: "restore",
    runbook: "restore-database",
    describe: "Restore the database to a moment; then, if asked, switch the service to it",
    options: OPTIONS,
    examples: [
      ["vulcan-ops restore --to -15m --dry-run", "what would be lost, and the aws line; sends nothing"],
      ["vulcan-ops restore --to 2026-04-10T12:00:00Z", "ask, restore beside, compare, prove"],
      ["vulcan-ops restore --to -15m --cutover rename", "and then bring the service onto it"],
      ["vulcan-ops restore --to -15m --as NAME --cutover revision --yes --confirm NAME", "the same in a pipeline"],
      ["vulcan-ops restore --before-migration 8", "what the migration has taken away"],
    ],
    exampleOf: (option) => `--latest --${option} …`,
    async inputsOf(options, context) {
      assertOneMoment(options);
      const cutover = await chooseCutover(options, context);
      if (cutover === STOP) return undefined;
      if (cutover === "revision" && !isInteractive(options, context)) assertNameHolds(options);
      return { ...inputsFrom(OPTIONS, options), cutover };
    },
  }),
);

function assertOneMoment({ to, latest, beforeMigration }: RestoreOptions): void {
  const given = [
    ...(to === undefined ? [] : ["--to"]),
    ...(latest ? ["--latest"] : []),
    ...(beforeMigration === undefined ? [] : ["--before-migration"]),
  ];
  if (given.length === 1) return;
  const message =
    given.length === 0
      ? "restore to when? Give --to TIME, --latest or --before-migration VERSION"
      : `${given.join(" and ")} each name the moment: give one of them`;
  throw usageError("restore-time", message, [
    "vulcan-ops restore --to -15m",
    "vulcan-ops restore --latest",
    "vulcan-ops status",
  ]);
}

const STOP = "stop";

/** The option. Without it, ask the person at the terminal. A dry run, --yes or no person means none. */
async function chooseCutover(options: RestoreOptions, context: ProcessContext): Promise<string> {
  const { cutover, databaseSecret, leave, dryRun, yes } = options;
  const unused = databaseSecret === undefined ? leave && "leave" : "database-secret";
  if (unused !== undefined && cutover !== "revision")
    throw usageError("secret-unused", `--${unused} is for --cutover revision alone`, [
      "the same command with --cutover revision",
    ]);
  if (cutover !== undefined) return cutover;
  if (dryRun !== undefined || yes || !isInteractive(options, context)) return "none";
  const choices = [
    { value: "none", label: "nothing: it stays beside the one that serves" },
    { value: "revision", label: "the service gets a new revision that leads to it" },
    { value: "rename", label: "it gets the name of the one that serves now" },
    { value: STOP, label: "stop here" },
  ];
  return (await askChoice(context, "What shall happen once the restored database is there?", choices)) ?? "none";
}

/** Without a terminal, `--confirm` names the new database, but its default name changes every minute. */
function assertNameHolds({ latest, to, dryRun, as }: RestoreOptions): void {
  const moves = latest || to?.startsWith("-") === true;
  if (dryRun !== undefined || as !== undefined || !moves) return;
  const message =
    "without a terminal --confirm has to name the new database, whose name holds the moment unless you choose it: it would be another one at every try";
  throw usageError("name-moves", message, ["Add to the same command: --as NAME --confirm NAME"]);
}
