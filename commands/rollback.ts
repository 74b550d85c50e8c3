import type { Command } from "./command.ts";
import { openDocument } from "./document.ts";
import { RUN_FLAGS } from "./flags.ts";
import { isSet, textOf } from "./given.ts";
import { perform } from "./perform.ts";

export const rollback: Command = {
  usage: "rollback",
  describe: "Revert the service to a previous task definition (runbooks/rollback-service.yaml)",
  flags: {
    to: { type: "string", describe: "Revision to return to, as in 42 (default: the newest proven good one)" },
    "stop-bad-now": {
      type: "boolean",
      describe: "Once the replacements serve, stop the other revision's tasks instead of draining them",
    },
    ...RUN_FLAGS,
  },
  examples: [
    ["vulcan-ops rollback", "ask, revert, follow the rollout"],
    ["vulcan-ops rollback --to 42 --dry-run", "show the plan, send nothing"],
  ],
  async run(given, context) {
    const to = textOf(given, "to");
    const document = await openDocument("rollback-service");
    const stops = isSet(given, "stop-bad-now");
    const command = [
      "rollback",
      ...(to === undefined ? [] : [`--to ${to}`]),
      ...(stops ? ["--stop-bad-now"] : []),
    ].join(" ");
    const inputs = { ...(to === undefined ? {} : { to }), ...(stops ? { stopBadNow: "true" } : {}) };
    return perform({ document, inputs, command, flagOf: () => "vulcan-ops rollback --to 42" }, given, context);
  },
};
