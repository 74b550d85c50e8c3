import { usageError } from "../src/domain/error.ts";
import type { ExitCode } from "../src/domain/exit.ts";
import type { Command } from "./command.ts";
import type { Context } from "./context.ts";
import { TARGET_FLAGS } from "./flags.ts";
import { type Given, textOf } from "./given.ts";
import { migrateStatus } from "./migrate-status.ts";

/** What can be done about migrations. */
const VERBS: Readonly<Record<string, (given: Given, context: Context) => Promise<ExitCode>>> = {
  status: migrateStatus,
};

export const migrate: Command = {
  usage: "migrate <what>",
  describe: "Migrations of the database: status",
  flags: {
    from: {
      type: "string",
      describe: "Who is asked for the list: api, sql, container, or several in order (default: migrationsFrom)",
    },
    "without-aws": {
      type: "boolean",
      describe: "Do not ask ECS which migrations the deployed image knows: pending ones are then unknown",
    },
    ...TARGET_FLAGS,
    output: { type: "string", choices: ["text", "json"], describe: "What stdout carries (default: text)" },
  },
  examples: [["vulcan-ops migrate status", "what is applied, pending, missing, and who holds the locks; only reads"]],
  async run(given, context) {
    const what = textOf(given, "what") ?? "";
    const verb = Object.hasOwn(VERBS, what) ? VERBS[what] : undefined;
    if (verb !== undefined) return verb(given, context);
    throw usageError("migrate-verb", `there is no vulcan-ops migrate ${JSON.stringify(what)}; there is: ${known()}`, [
      "vulcan-ops migrate --help",
    ]);
  },
};

const known = (): string => Object.keys(VERBS).join(", ");
