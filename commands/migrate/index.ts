import type { Command, Flags } from "../../src/cli/command.ts";
import { DATABASE_FLAGS, EXEC_FLAGS, RUN_FLAGS, TARGET_FLAGS } from "../../src/cli/flags.ts";
import { type Given, textOf } from "../../src/cli/options.ts";
import type { Context } from "../../src/cli/process-context.ts";
import { usageError } from "../../src/domain/error.ts";
import type { ExitCode } from "../../src/domain/exit-codes.ts";
import { migrateDown } from "./down.ts";
import { migrateStatus } from "./status.ts";

/** What can be done about migrations, and which flags that takes. */
interface Verb {
  readonly flags: Flags;
  run(given: Given, context: Context): Promise<ExitCode>;
}

const STATUS_FLAGS = {
  from: {
    type: "string",
    describe: "status: who is asked for the list: api, sql, container, or several in order (default: migrationsFrom)",
  },
  "without-aws": {
    type: "boolean",
    describe: "status: do not ask ECS which migrations the deployed image knows: pending ones are then unknown",
  },
} as const satisfies Flags;

const DOWN_FLAGS = {
  to: { type: "string", describe: "down: version that is left, instead of a number of steps" },
  via: {
    type: "string",
    choices: ["exec", "task"],
    describe: "down: exec, in a container that serves (default); task, in a task of its own after the revert",
  },
  "revert-to": { type: "string", describe: "down: revision that fits the schema afterwards (default: by the history)" },
  container: {
    type: "string",
    describe: "down: the application's container (default: the one that gets the requests)",
  },
  "migrations-file": { type: "string", describe: "down: Vulcan's migrations.go, which says what each Down destroys" },
} as const satisfies Flags;

const VERBS: Readonly<Record<string, Verb>> = {
  status: {
    flags: { ...STATUS_FLAGS, ...EXEC_FLAGS, ...DATABASE_FLAGS, ...TARGET_FLAGS, output: RUN_FLAGS.output },
    run: migrateStatus,
  },
  down: { flags: { ...DOWN_FLAGS, ...EXEC_FLAGS, ...RUN_FLAGS }, run: migrateDown },
};

export const migrate: Command = {
  usage: "migrate <what> [steps]",
  describe: "Migrations of the database: status, or down (runbooks/rollback-migration.yaml)",
  flags: { ...STATUS_FLAGS, ...DOWN_FLAGS, ...EXEC_FLAGS, ...RUN_FLAGS },
  examples: [
    ["vulcan-ops migrate status", "what is applied, pending, missing, and who holds the locks; only reads"],
    ["vulcan-ops migrate down 2 --dry-run", "what the last two would take with them; sends nothing"],
    ["vulcan-ops migrate down --to 6 --via task", "the service back first, then the schema"],
  ],
  async run(given, context) {
    const what = textOf(given, "what") ?? "";
    const verb = Object.hasOwn(VERBS, what) ? VERBS[what] : undefined;
    if (verb === undefined)
      throw usageError("migrate-verb", `there is no vulcan-ops migrate ${JSON.stringify(what)}; there is: ${known()}`, [
        HELP,
      ]);
    assertOwnFlags(what, verb, given);
    return verb.run(given, context);
  },
};

const HELP = "vulcan-ops migrate --help";

const known = (): string => Object.keys(VERBS).join(", ");

/** A flag that is taken and does nothing would be believed. */
function assertOwnFlags(what: string, { flags }: Verb, given: Given): void {
  const strange = Object.keys(migrate.flags).find((name) => given[name] !== undefined && !Object.hasOwn(flags, name));
  if (strange !== undefined)
    throw usageError("flag-elsewhere", `vulcan-ops migrate ${what} has no --${strange}`, [HELP]);
  if (what === "status" && given.steps !== undefined)
    throw usageError("flag-elsewhere", "vulcan-ops migrate status takes no number", [HELP]);
}
