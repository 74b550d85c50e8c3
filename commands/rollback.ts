import { perform } from "../src/app/execution/run-runbook.ts";
import { openDocument } from "../src/app/open-runbook.ts";
import { chooseRevision } from "../src/app/prompts/choose-revision.ts";
import { openSite } from "../src/app/target/open.ts";
import type { Command } from "../src/cli/command.ts";
import { RUN_FLAGS } from "../src/cli/flags.ts";
import { isSet, textOf } from "../src/cli/options.ts";
import { EXIT } from "../src/domain/exit-codes.ts";

export const rollback: Command = {
  usage: "rollback",
  describe: "Revert the service to a previous task definition (runbooks/rollback-service.yaml)",
  flags: {
    to: { type: "string", describe: "Revision to return to, as in 42 (default: the newest proven good one)" },
    "stop-bad-now": {
      type: "boolean",
      describe: "Once the replacements serve, stop the other revision's tasks instead of draining them",
    },
    choose: { type: "boolean", describe: "Choose the revision from a list with its evidence" },
    "force-further": { type: "boolean", describe: "Go back although ECS has gone back already" },
    by: {
      type: "string",
      choices: ["auto", "update"],
      describe: "auto: stop a deployment in flight where that leads there",
    },
    ...RUN_FLAGS,
  },
  examples: [
    ["vulcan-ops rollback", "ask, revert, follow the rollout"],
    ["vulcan-ops rollback --to 42 --dry-run", "show the plan, send nothing"],
  ],
  async run(given, context) {
    const document = await openDocument("rollback-service");
    const isChoosing = isSet(given, "choose");
    const to = isChoosing ? await chooseRevision(await openSite(given, context), given, context) : textOf(given, "to");
    if (isChoosing && to === undefined) {
      context.stderr.write("No revision was chosen; nothing was sent.\n");
      return EXIT.declined;
    }
    const by = textOf(given, "by");
    const forceFurther = isSet(given, "force-further");
    const stopBadNow = isSet(given, "stop-bad-now");
    const command = [
      "rollback",
      ...(to === undefined ? [] : ["--to", to]),
      ...(forceFurther ? ["--force-further"] : []),
      ...(stopBadNow ? ["--stop-bad-now"] : []),
    ];
    const inputs = {
      ...(to && { to }),
      ...(by && { by }),
      ...(forceFurther && { forceFurther: "true" }),
      ...(stopBadNow && { stopBadNow: "true" }),
    };
    const flagOf = () => "vulcan-ops rollback --to 42";
    return perform({ document, inputs, command: command.join(" "), flagOf }, given, context);
  },
};
