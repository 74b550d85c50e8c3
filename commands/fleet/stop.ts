import { openFleetHome } from "../../src/app/fleet/fleet-home.ts";
import { openForStop, stopFleet } from "../../src/app/fleet/stop-fleet.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { displayOptions } from "../../src/cli/process-context.ts";
import { ANSWER_OPTIONS, TARGET_OPTIONS } from "../../src/cli/shared-options.ts";
import { isConfirmed } from "../../src/cli/typed-answer.ts";
import { commandLine } from "../../src/domain/command-line.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";
import { paragraph } from "../../src/ui/text/layout.ts";

const NOW =
  "--now stops the machine and the workers that run. Each has 120 seconds to close its journal, and what it changed for its run may stay: its target may be in the middle of a change until a person resumes its execution. Without --now what runs comes to its own end.";

export const fleetStop = defineCommand({
  name: "fleet stop",
  describe: "Start nothing more of a run; what runs comes to its own end",
  options: {
    run: { type: "string", positional: "required", value: "RUN", describe: "Name of the run" },
    now: { type: "boolean", describe: "Stop the workers that run, too: asks for a typed text" },
    confirm: ANSWER_OPTIONS.confirm,
    ...TARGET_OPTIONS,
  },
  examples: [
    ["vulcan-ops fleet stop revert-42", "nothing more starts"],
    ["vulcan-ops fleet stop revert-42 --now", "in an emergency: the workers are stopped"],
  ],
  async run({ run = "", now, confirm, ...options }, context) {
    const home = await openFleetHome(options, context);
    const plan = await openForStop(run, home);
    if (now) {
      context.stderr.write(`${paragraph(NOW, displayOptions(context), 0, "warn").join("\n")}\n`);
      const asked = { text: `stop ${run}`, to: `stop run ${run} now`, confirm };
      if (!(await isConfirmed(asked, context))) return EXIT.declined;
    }
    context.note(SAID[await stopFleet(plan, now, home)](run));
    context.note(commandLine`To follow it: vulcan-ops fleet status ${run}`);
    return EXIT.done;
  },
});

const SAID: Readonly<Record<"braked" | "stopped" | "over", (run: string) => string>> = {
  braked: (run) => `Run ${run} starts nothing more. What runs comes to its own end.`,
  stopped: (run) => `Run ${run} starts nothing more, and its machine is being stopped with its workers.`,
  over: (run) => `Run ${run} starts nothing more. Its machine was not running.`,
};
