import { clockOfTarget } from "../../src/app/clock-of-target.ts";
import { repeatOptions } from "../../src/cli/options.ts";
import { defineRunbookCommand } from "../../src/cli/runbook-command.ts";
import { WINDOW_OPTIONS, windowAhead, windowFrom } from "../../src/cli/window-option.ts";
import { commandLine } from "../../src/domain/command-line.ts";
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
      const given = ["--window", window ?? "", ...repeatOptions({ zone: WINDOW_OPTIONS.zone }, { zone })];
      if (insteadOf === undefined)
        throw usageError("window-missing", "instead of which window? --instead-of START..END is missing", [
          commandLine`vulcan-ops maintenance reschedule ${given} --instead-of START..END`,
        ]);
      const before = `${commandLine`${given}`} `;
      const words = { command: "maintenance reschedule", option: "--instead-of", before } as const;
      const former = windowFrom(insteadOf, clock, context, words);
      const moved = { formerOpens: former.opens, formerCloses: former.closes };
      return { what: "moved", mustArrive: "true", ...times, ...moved };
    },
  }),
);
