import { clockOfTarget } from "../../src/app/clock-of-target.ts";
import { defineRunbookCommand } from "../../src/cli/runbook-command.ts";
import { WINDOW_OPTIONS, windowAhead, windowFrom } from "../../src/cli/window-option.ts";
import { usageError } from "../../src/domain/error.ts";
import { runbookCommand } from "../run.ts";

export const maintenanceReschedule = runbookCommand(
  defineRunbookCommand({
    name: "maintenance reschedule",
    runbook: "announce-maintenance",
    describe: "Announce that a maintenance window has moved, and end at once",
    options: {
      ...WINDOW_OPTIONS,
      "instead-of": { type: "string", value: "START..END", describe: "The window that was announced before" },
    },
    examples: [["vulcan-ops maintenance reschedule --window START..END --instead-of START..END", "the new, the old"]],
    inputsOf: async ({ window, zone, insteadOf, ...options }, context) => {
      const configured = await clockOfTarget(options, context);
      const clock = { now: configured.now, zone: zone ?? configured.zone };
      const times = windowAhead(window, "reschedule", clock, context);
      if (insteadOf === undefined)
        throw usageError("window-missing", "instead of which window? --instead-of START..END is missing", [
          "vulcan-ops maintenance reschedule --window START..END --instead-of START..END",
        ]);
      const former = windowFrom(insteadOf, clock, context);
      const before = { formerOpens: former.opens, formerCloses: former.closes };
      return { what: "moved", mustArrive: "true", ...times, ...before };
    },
  }),
);
