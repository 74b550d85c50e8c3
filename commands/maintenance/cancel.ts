import { clockOfTarget } from "../../src/app/clock-of-target.ts";
import { defineRunbookCommand } from "../../src/cli/runbook-command.ts";
import { WINDOW_OPTIONS, windowAhead } from "../../src/cli/window-option.ts";
import { runbookCommand } from "../run.ts";

export const maintenanceCancel = runbookCommand(
  defineRunbookCommand({
    name: "maintenance cancel",
    runbook: "announce-maintenance",
    describe: "Announce that a maintenance window is cancelled, and end at once",
    options: WINDOW_OPTIONS,
    examples: [["vulcan-ops maintenance cancel --window START..END", "the window that was announced"]],
    inputsOf: async ({ window, zone, ...options }, context) => {
      const clock = await clockOfTarget(options, context);
      const times = windowAhead(window, "cancel", { now: clock.now, zone: zone ?? clock.zone }, context);
      return { what: "cancelled", mustArrive: "true", ...times };
    },
  }),
);
