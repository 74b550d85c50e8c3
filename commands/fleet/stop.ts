import { openFleetHome } from "../../src/app/fleet/fleet-home.ts";
import { openForStop, runningTargets, stopFleet } from "../../src/app/fleet/stop-fleet.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { displayOptions } from "../../src/cli/process-context.ts";
import { ANSWER_OPTIONS, TARGET_OPTIONS } from "../../src/cli/shared-options.ts";
import { isConfirmed } from "../../src/cli/typed-answer.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";
import { counted } from "../../src/domain/finding.ts";
import { planOfRest } from "../../src/domain/fleet/run-name.ts";
import { asTyped } from "../../src/domain/typed-options.ts";
import { renderFleetQuestion, toFollow } from "../../src/ui/render/fleet-question.ts";
import { paragraph } from "../../src/ui/text/layout.ts";

const NOW =
  "--now stops the machine and the workers that run. Each has 120 seconds to close its journal. Its target may stay in the middle of a change until a person resumes its execution. Without --now, what runs comes to its own end.";

export const fleetStop = defineCommand({
  name: "fleet stop",
  describe: "Stop a run: nothing more of it starts, and what runs comes to its own end",
  options: {
    run: { type: "string", positional: "required", value: "RUN", describe: "Name of the run" },
    now: { type: "boolean", describe: "Stop the workers that run, too: asks for a typed text" },
    confirm: ANSWER_OPTIONS.confirm,
    ...TARGET_OPTIONS,
  },
  examples: [
    ["vulcan-ops fleet stop revert-42", "nothing more starts; asks nothing"],
    ["vulcan-ops fleet stop revert-42 --now", "in an emergency: the workers are stopped"],
  ],
  async run({ run = "", now, confirm, ...options }, context) {
    const home = await openFleetHome(options, context);
    const plan = await openForStop(run, home);
    if (now) {
      const display = displayOptions(context);
      context.stderr.write(`${paragraph(NOW, display, 0, "warn").join("\n")}\n`);
      const [running, { account }] = await Promise.all([runningTargets(run, home), home.engine.caller()]);
      const above = renderFleetQuestion(deedOf(run, running), home.place(account), display);
      const asked = { text: `stop ${run}`, to: `stop run ${run} now`, confirm, above };
      if (!(await isConfirmed(asked, context))) return EXIT.declined;
    }
    context.note(SAID[await stopFleet(plan, now, home)](run));
    context.note(toFollow(run, context.typed));
    if (now) context.note("The status names each target that is interrupted: vulcan-ops resume ID continues it.");
    context.note(`To do the rest later: ${asTyped(planOfRest(run), context.typed ?? {})}`);
    return EXIT.done;
  },
});

const MOST_NAMED = 3;

/** `Stop run revert-42 now, with 2 targets that run: shop-fr, shop-us`. */
function deedOf(run: string, running: readonly string[] | undefined): string {
  if (running === undefined) return `Stop run ${run} now; which targets run could not be read`;
  if (running.length === 0) return `Stop run ${run} now; no target runs`;
  const more = running.length > MOST_NAMED ? ` and ${running.length - MOST_NAMED} more` : "";
  const named = `${running.slice(0, MOST_NAMED).join(", ")}${more}`;
  return `Stop run ${run} now, with ${counted(running.length, "target")} in progress: ${named}`;
}

const SAID: Readonly<Record<"braked" | "stopped" | "over", (run: string) => string>> = {
  braked: (run) => `Run ${run} starts nothing more. What runs comes to its own end.`,
  stopped: (run) => `Run ${run} starts nothing more, and its machine is being stopped with its workers.`,
  over: (run) => `Run ${run} starts nothing more. Its machine was not running.`,
};
