import { reasonOf } from "../../src/app/execution/reason-option.ts";
import { openFleetHome } from "../../src/app/fleet/fleet-home.ts";
import { openForStart, type Started } from "../../src/app/fleet/start-fleet.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { displayOptions } from "../../src/cli/process-context.ts";
import { ANSWER_OPTIONS, REASON_OPTION, TARGET_OPTIONS } from "../../src/cli/shared-options.ts";
import { isConfirmed } from "../../src/cli/typed-answer.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";
import { counted } from "../../src/domain/finding.ts";
import type { FleetPlan } from "../../src/domain/fleet/fleet-plan.ts";
import { renderFleetPlan } from "../../src/ui/render/fleet-plan.ts";
import { renderFleetQuestion, toFollow } from "../../src/ui/render/fleet-question.ts";

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
    const found = await openForStart(plans, await openFleetHome(options, context), context.cwd);
    const { plan, by, text, place, start } = found;
    const { run } = plan;
    const display = displayOptions(context);
    context.stderr.write(`${renderFleetPlan(plan, { refusals: [] }, display)}\n`);
    const above = renderFleetQuestion(deedOf(plan), place, display);
    if (!(await isConfirmed({ text, to: `start run ${run}`, confirm, above }, context))) return EXIT.declined;
    context.note(SAID[await start(why)](run, by));
    context.note(toFollow(run, context.typed));
    return EXIT.done;
  },
});

const SAID: Readonly<Record<Started, (run: string, by: string) => string>> = {
  started: (run, by) => `Started run ${run} as ${by}.`,
  running: (run) => `The machine of run ${run} runs already: a schedule started it. No second one was started.`,
  again: (run, by) =>
    `Started the machine of run ${run} again as ${by}: it had ended before the run. What is done stays done.`,
};

/** `Start run revert-42: 1 target now, 2 after an approval`. */
function deedOf({ run, waves }: FleetPlan): string {
  const count = (approval: boolean) =>
    waves.reduce((sum, wave) => sum + (wave.approval === approval ? wave.targets.length : 0), 0);
  const [now, later] = [count(false), count(true)];
  const parts = [
    ...(now === 0 ? [] : [`${counted(now, "target")} without an approval`]),
    ...(later === 0 ? [] : [`${now === 0 ? counted(later, "target") : later} after an approval`]),
  ];
  return `Start run ${run}: ${parts.join(", ")}`;
}
