import { openTarget } from "../src/app/open-target.ts";
import { readStatus } from "../src/app/status/read.ts";
import { defineCommand } from "../src/cli/command.ts";
import { printAnswer } from "../src/cli/output.ts";
import { answerDisplayOptions } from "../src/cli/process-context.ts";
import { OUTPUT_OPTIONS, STATE_OPTIONS, TARGET_OPTIONS } from "../src/cli/shared-options.ts";
import { OpsError } from "../src/domain/error.ts";
import { EXIT, type ExitCode } from "../src/domain/exit-codes.ts";
import { nextCommands } from "../src/domain/status/next-commands.ts";
import { problems } from "../src/domain/status/problems.ts";
import { type Unavailable, whyNothingIsKnown } from "../src/domain/status/target-status.ts";
import { renderStatus } from "../src/ui/render/status.ts";

export const status = defineCommand({
  name: "status",
  describe: "Show the target's state on one screen: what runs, what serves, what is wrong",
  options: { ...TARGET_OPTIONS, ...OUTPUT_OPTIONS, ...STATE_OPTIONS },
  examples: [["vulcan-ops status --output json", "the same for a script, with troubles and the next command"]],
  async run(options, context) {
    const target = await openTarget(options, context);
    const overview = await readStatus(target);
    const { typed } = context;
    const data = {
      schemaVersion: 1,
      ...overview,
      troubles: problems(overview),
      next: nextCommands(overview, typed),
    };
    const text = () => `${renderStatus(overview, answerDisplayOptions(context), target.clock.now(), typed)}\n`;
    printAnswer(options, context, { data, text });
    const blind = whyNothingIsKnown(overview);
    if (blind !== undefined) throw nothingReadError(blind);
    return EXIT.done;
  },
});

/** Nothing could be read. The screen says so for each part; this error says it once, with what to do. */
function nothingReadError({ why, code = "unread", exitCode = EXIT.failed, next = [] }: Unavailable): OpsError {
  return new OpsError({
    code,
    exitCode: exitCode as ExitCode,
    fault: exitCode === EXIT.failed ? "remote" : "operator",
    message: `nothing could be read: ${why}`,
    unchanged: "It was a read: nothing changed.",
    next,
  });
}
