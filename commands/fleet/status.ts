import { openFleetHome } from "../../src/app/fleet/fleet-home.ts";
import { readStatus } from "../../src/app/fleet/read-status.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { isTextOutput, printAnswer } from "../../src/cli/output.ts";
import { answerDisplayOptions } from "../../src/cli/process-context.ts";
import { OUTPUT_OPTIONS, TARGET_OPTIONS } from "../../src/cli/shared-options.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";
import { renderFleetStatus } from "../../src/ui/render/fleet-status.ts";

export const fleetStatus = defineCommand({
  name: "fleet status",
  describe: "Show a run of a fleet on one screen: waves, failures, who approved",
  options: {
    run: { type: "string", positional: "required", value: "RUN", describe: "Name of the run" },
    ...TARGET_OPTIONS,
    ...OUTPUT_OPTIONS,
  },
  examples: [["vulcan-ops fleet status revert-42", "read from the shared journal's table alone"]],
  async run({ run = "", ...options }, context) {
    const { store, clock, engine, place } = await openFleetHome(options, { ...context, onlyReads: true });
    // The account is for the screen alone: data does not wait for it.
    const asking = isTextOutput(options) ? engine.caller().catch(() => undefined) : undefined;
    const status = await readStatus(store, run, clock.now());
    const caller = await asking;
    printAnswer(options, context, {
      data: status,
      text: () =>
        `${renderFleetStatus(status, place(caller?.account), answerDisplayOptions(context), context.typed)}\n`,
    });
    return EXIT.done;
  },
});
