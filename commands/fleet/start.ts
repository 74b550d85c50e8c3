import { reasonOf } from "../../src/app/execution/reason-option.ts";
import { openFleetHome } from "../../src/app/fleet/fleet-home.ts";
import { openForStart } from "../../src/app/fleet/start-fleet.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { displayOptions } from "../../src/cli/process-context.ts";
import { ANSWER_OPTIONS, REASON_OPTION, TARGET_OPTIONS } from "../../src/cli/shared-options.ts";
import { isConfirmed } from "../../src/cli/typed-answer.ts";
import { commandLine } from "../../src/domain/command-line.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";
import { renderFleetPlan } from "../../src/ui/render/fleet-plan.ts";

export const fleetStart = defineCommand({
  name: "fleet start",
  describe: "Keep the plans of a fleet in the shared journal's table, and start its machine",
  options: {
    plans: {
      type: "string",
      positional: "required",
      value: "DIR|RUN",
      example: "plans",
      completes: ["path"],
      describe: "Folder from fleet plan -o, or a run whose plans are kept already",
    },
    confirm: ANSWER_OPTIONS.confirm,
    ...REASON_OPTION,
    ...TARGET_OPTIONS,
  },
  examples: [
    ["vulcan-ops fleet start plans", "show what it does, ask for a typed text, start"],
    ["vulcan-ops fleet start plans --confirm '16 of revert-42'", "the same without a terminal"],
  ],
  async run({ plans = "", confirm, reason, ...options }, context) {
    const why = reasonOf(reason);
    const { plan, by, text, start } = await openForStart(plans, await openFleetHome(options, context), context.cwd);
    const { run } = plan;
    context.stderr.write(`${renderFleetPlan(plan, { refusals: [] }, displayOptions(context))}\n`);
    if (!(await isConfirmed({ text, to: `start run ${run}`, confirm }, context))) return EXIT.declined;
    const isAgain = (await start(why)) === "again";
    context.note(
      isAgain
        ? `Started the machine of run ${run} again as ${by}: it had ended before the run. What is done stays done.`
        : `Started run ${run} as ${by}.`,
    );
    context.note(commandLine`To follow it: vulcan-ops fleet status ${run}`);
    return EXIT.done;
  },
});
