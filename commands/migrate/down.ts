import { perform } from "../../src/app/execution/run-runbook.ts";
import { openDocument } from "../../src/app/open-runbook.ts";
import { type Given, textOf } from "../../src/cli/options.ts";
import type { Context } from "../../src/cli/process-context.ts";
import { commandLine } from "../../src/domain/command-line.ts";
import { OpsError, usageError } from "../../src/domain/error.ts";
import { EXIT, type ExitCode } from "../../src/domain/exit-codes.ts";

/** `migrate down 2`, `migrate down --to 6`: runbooks/rollback-migration.yaml. */
export async function migrateDown(given: Given, context: Context): Promise<ExitCode> {
  const document = await openDocument("rollback-migration");
  const steps = textOf(given, "steps");
  const named = Object.fromEntries(Object.entries(FLAGS).map(([input, flag]) => [input, textOf(given, flag)]));
  if ((steps === undefined) === (named.to === undefined)) throw undecided(steps !== undefined);
  const inputs = Object.fromEntries(Object.entries({ steps, ...named }).filter(([, value]) => value !== undefined));
  const words = ["migrate down", steps, ...flags(named)].filter((word) => word !== undefined);
  const order = { document, inputs, command: words.join(" "), flagOf };
  return perform(order, given, context).catch((error: unknown) => {
    if (!(error instanceof OpsError) || error.detail.code !== "nothing-to-roll-back") throw error;
    context.stderr.write(`Nothing to do: ${error.message}.\n`);
    return EXIT.done;
  });
}

/** Inputs of the runbook and their flags. */
const FLAGS: Readonly<Record<string, string>> = {
  to: "to",
  via: "via",
  revertTo: "revert-to",
  container: "container",
};

function flags(named: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [`--${FLAGS[name]}`, value]));
}

const flagOf = (name: string): string =>
  name === "steps" ? "vulcan-ops migrate down 2" : commandLine`vulcan-ops migrate down 2 --${FLAGS[name] ?? name} …`;

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
