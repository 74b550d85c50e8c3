import { clockOfTarget } from "../../src/app/clock-of-target.ts";
import { defineRunbookCommand } from "../../src/cli/runbook-command.ts";
import { WINDOW_OPTIONS, windowAhead } from "../../src/cli/window-option.ts";
import { runbookCommand } from "../run.ts";

export const maintenanceAnnounce = runbookCommand(
  defineRunbookCommand({
    name: "maintenance announce",
    runbook: "announce-maintenance",
    describe: "Announce a maintenance window days ahead, and end at once",
    options: WINDOW_OPTIONS,
    examples: [
      ["vulcan-ops maintenance announce --window START..END", "one message by the webhook or the topic"],
      ["vulcan-ops maintenance announce --window START..END --dry-run", "show the message; send nothing"],
    ],
    inputsOf: async ({ window, zone, ...options }, context) => {
      const clock = await clockOfTarget(options, context);
      const times = windowAhead(window, "announce", { now: clock.now, zone: zone ?? clock.zone }, context);
      return { what: "advance", mustArrive: "true", ...times };
    },
  }),
);
