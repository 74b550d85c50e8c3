import { perform } from "../src/app/execution/run-runbook.ts";
import { openDocument } from "../src/app/open-runbook.ts";
import { chooseCutover } from "../src/app/prompts/choose-cutover.ts";
import type { Command } from "../src/cli/command.ts";
import { RUN_FLAGS } from "../src/cli/flags.ts";
import { type Given, isSet, textOf } from "../src/cli/options.ts";
import { asksPeople } from "../src/cli/output.ts";
import { commandLine } from "../src/domain/command-line.ts";
import { usageError } from "../src/domain/error.ts";
import { EXIT } from "../src/domain/exit-codes.ts";

export const restore: Command = {
  usage: "restore",
  describe: "Restore the database to a moment, and bring the service onto it (runbooks/restore-database.yaml)",
  flags: {
    to: { type: "string", describe: "The moment: 2026-04-10T12:00:00Z, with Z or an offset, or an age as in -15m" },
    latest: { type: "boolean", describe: "Instead: as late as RDS can" },
    "before-migration": { type: "string", describe: "Instead: just before this migration began, as in 8" },
    as: { type: "string", describe: "Name of the new instance (default: the source's with the moment)" },
    cutover: {
      type: "string",
      choices: ["none", "revision", "rename"],
      describe:
        "Bring the service onto it: by a new revision, or by the old one's name (default: none; a terminal is asked)",
    },
    "database-secret": { type: "string", describe: "With --cutover revision: ARN of the secret with the new address" },
    leave: { type: "string", describe: "With --cutover revision: variables that stay as they are, with commas" },
    ...RUN_FLAGS,
  },
  examples: [
    ["vulcan-ops restore --to -15m --dry-run", "what would be lost, and the aws line; sends nothing"],
    ["vulcan-ops restore --to 2026-04-10T12:00:00Z", "ask, restore beside, compare, prove"],
    ["vulcan-ops restore --to -15m --cutover rename", "and then bring the service onto it"],
    ["vulcan-ops restore --to -15m --as NAME --cutover revision --yes --confirm NAME", "the same in a pipeline"],
    ["vulcan-ops restore --before-migration 8", "what the migration has taken away"],
  ],
  async run(given, context) {
    assertOneMoment(given);
    const document = await openDocument("restore-database");
    const cutover = await chooseCutover(given, context);
    if (cutover === undefined) return EXIT.declined;
    if (cutover === "revision" && !asksPeople(given, context)) assertNameHolds(given);
    const texts = Object.keys(FLAGS).flatMap((name) => {
      const text = textOf(given, FLAGS[name] ?? "");
      return text === undefined ? [] : [[name, text] as const];
    });
    const inputs = { ...Object.fromEntries(texts), cutover, ...(isSet(given, "latest") && { latest: "true" }) };
    const words = texts.map(([name, text]) => `--${FLAGS[name]} ${text}`);
    const latest = isSet(given, "latest") ? ["--latest"] : [];
    const way = cutover === "none" ? [] : [`--cutover ${cutover}`];
    const command = ["restore", ...words, ...latest, ...way].join(" ");
    return perform({ document, inputs, command, flagOf }, given, context);
  },
};

/** Flags that take a text, by the input they give. */
const FLAGS: Readonly<Record<string, string>> = {
  to: "to",
  beforeMigration: "before-migration",
  as: "as",
  databaseSecret: "database-secret",
  leave: "leave",
};

const EXAMPLES: Readonly<Record<string, string>> = {
  to: "vulcan-ops restore --to 2026-04-10T12:00:00Z",
  beforeMigration: "vulcan-ops restore --before-migration 8",
};

const flagOf = (name: string): string =>
  EXAMPLES[name] ?? commandLine`vulcan-ops restore --latest --${FLAGS[name] ?? name} …`;

/** Without a terminal `--confirm` names the new database; the name that it has by itself is another one a minute later. */
function assertNameHolds(given: Given): void {
  const moves = isSet(given, "latest") || textOf(given, "to")?.startsWith("-") === true;
  if (given["dry-run"] !== undefined || textOf(given, "as") !== undefined || !moves) return;
  const message =
    "without a terminal --confirm has to name the new database, whose name holds the moment unless you choose it: it would be another one at every try";
  throw usageError("name-moves", message, ["Add to the same command: --as NAME --confirm NAME"]);
}

function assertOneMoment(given: Given): void {
  const said = ["to", "latest", "before-migration"].filter((name) => given[name] !== undefined);
  if (said.length === 1) return;
  const message =
    said.length === 0
      ? "restore to when? Give --to TIME, --latest or --before-migration VERSION"
      : `${said.map((name) => `--${name}`).join(" and ")} each name the moment: give one of them`;
  throw usageError("restore-time", message, [EXAMPLES.to ?? "", "vulcan-ops restore --latest", "vulcan-ops status"]);
}
