import { overviewOf } from "../src/app/status/read.ts";
import { openSite } from "../src/app/target/open.ts";
import type { Command } from "../src/cli/command.ts";
import { OUTPUT_FLAGS, STATE_FLAGS, TARGET_FLAGS } from "../src/cli/flags.ts";
import { typedAgain } from "../src/cli/options.ts";
import { writeAnswer } from "../src/cli/output.ts";
import { OpsError } from "../src/domain/error.ts";
import { EXIT, type ExitCode } from "../src/domain/exit-codes.ts";
import { advice } from "../src/domain/status/next-commands.ts";
import { blindness, troubles, type Unread } from "../src/domain/status/target-status.ts";
import { renderStatus } from "../src/ui/render/status.ts";
import { lookOf } from "../src/ui/text/style.ts";

export const status: Command = {
  usage: "status",
  describe: "Show the target's state on one screen: what runs, what serves, what is wrong",
  flags: { ...TARGET_FLAGS, ...OUTPUT_FLAGS, ...STATE_FLAGS },
  examples: [["vulcan-ops status --output json", "the same for a script, with troubles and the next command"]],
  async run(given, context) {
    const site = await openSite(given, context);
    const overview = await overviewOf(site, given, context);
    const typed = {
      target: typedAgain(given, "target", "profile", "region"),
      state: typedAgain(given, "state-dir"),
    };
    const data = { schemaVersion: 1, ...overview, troubles: troubles(overview), next: advice(overview, typed) };
    const look = lookOf(context.stdout, context.env);
    writeAnswer(given, context, { data, text: () => `${renderStatus(overview, look, site.clock.now(), typed)}\n` });
    const blind = blindness(overview);
    if (blind !== undefined) throw unseen(blind);
    return EXIT.done;
  },
};

/** Nothing at all could be read; the screen has said so of each part, this says it once with what to do. */
function unseen({ why, code = "unread", exitCode = EXIT.failed, next = [] }: Unread): OpsError {
  return new OpsError({
    code,
    exitCode: exitCode as ExitCode,
    fault: exitCode === EXIT.failed ? "remote" : "operator",
    message: `nothing could be read: ${why}`,
    unchanged: "It was a read: nothing changed.",
    next,
  });
}
