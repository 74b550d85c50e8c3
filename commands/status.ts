import { openTarget } from "../src/app/open-target.ts";
import { readStatus } from "../src/app/status/read.ts";
import { readEveryStatus } from "../src/app/status/read-every.ts";
import { defineCommand } from "../src/cli/command.ts";
import type { OptionsOf } from "../src/cli/options.ts";
import { isTextOutput, printAnswer } from "../src/cli/output.ts";
import { answerDisplayOptions, type ProcessContext } from "../src/cli/process-context.ts";
import { OUTPUT_OPTIONS, STATE_OPTIONS, TARGET_OPTIONS } from "../src/cli/shared-options.ts";
import { usageError } from "../src/domain/error.ts";
import { EXIT, type ExitCode } from "../src/domain/exit-codes.ts";
import { nextCommands } from "../src/domain/status/next-commands.ts";
import { nothingReadError } from "../src/domain/status/nothing-read.ts";
import { problems } from "../src/domain/status/problems.ts";
import { summaryOf } from "../src/domain/status/situation.ts";
import { whyNothingIsKnown } from "../src/domain/status/target-status.ts";
import { asTyped } from "../src/domain/typed-options.ts";
import { withCommand } from "../src/domain/unfinished.ts";
import { renderStatus } from "../src/ui/render/status.ts";
import { renderTargets } from "../src/ui/render/targets.ts";

const OPTIONS = {
  all: { type: "boolean", describe: "One row for each target of the configuration; the exit code is the worst" },
  ...TARGET_OPTIONS,
  ...OUTPUT_OPTIONS,
  ...STATE_OPTIONS,
} as const;

export const status = defineCommand({
  name: "status",
  describe: "Show what serves users, what is failing, and what to do now; reads only",
  options: OPTIONS,
  examples: [
    ["vulcan-ops status --verbose", "every part: tasks, targets, alarms, scaling, restore window"],
    ["vulcan-ops status --all", "every target of vulcan-ops.yaml, one row each"],
    ["vulcan-ops status --output json", "the same for a script, with troubles and the next command"],
  ],
  run: async (options, context) => (options.all ? all(options, context) : one(options, context)),
});

type StatusOptions = OptionsOf<typeof OPTIONS>;

async function one(options: StatusOptions, context: ProcessContext): Promise<ExitCode> {
  const overview = await readStatus(await openTarget(options, context));
  const { typed = {} } = context;
  const blind = whyNothingIsKnown(overview);
  const failure = blind && nothingReadError(blind);
  if (failure !== undefined && isTextOutput(options)) throw failure;
  const data = {
    schemaVersion: 1,
    summary: summaryOf(overview),
    ...overview,
    unfinished: overview.unfinished.map((left) => withCommand(left, (line) => asTyped(line, typed))),
    troubles: problems(overview),
    next: nextCommands(overview, typed),
  };
  const text = () => `${renderStatus(overview, answerDisplayOptions(context), typed)}\n`;
  printAnswer(options, context, { data, text, failure });
  if (failure !== undefined) throw failure;
  return EXIT.done;
}

async function all(options: StatusOptions, context: ProcessContext): Promise<ExitCode> {
  if (options.target !== undefined)
    throw usageError("all-and-target", "--all names every target: --target does not go with it", [
      "vulcan-ops status --all",
    ]);
  const { rows, exitCode } = await readEveryStatus(options, context);
  const text = () => `${renderTargets(rows, answerDisplayOptions(context))}\n`;
  printAnswer(options, context, { data: { schemaVersion: 1, targets: rows }, lines: rows, text });
  return exitCode;
}
