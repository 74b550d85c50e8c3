import { runDoctor } from "../src/app/doctor/run-doctor.ts";
import { openTarget } from "../src/app/open-target.ts";
import { defineCommand } from "../src/cli/command.ts";
import { printAnswer } from "../src/cli/output.ts";
import { answerDisplayOptions } from "../src/cli/process-context.ts";
import { OUTPUT_OPTIONS, STATE_OPTIONS, TARGET_OPTIONS } from "../src/cli/shared-options.ts";
import { countLevels } from "../src/domain/diagnosis.ts";
import type { OpsError } from "../src/domain/error.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import { renderDoctor } from "../src/ui/render/doctor.ts";

export const doctor = defineCommand({
  name: "doctor",
  describe: "Check permissions and configuration, each with its fix; reads only",
  options: { ...TARGET_OPTIONS, ...OUTPUT_OPTIONS, ...STATE_OPTIONS },
  examples: [["vulcan-ops doctor --output json", "exit 11 where a check fails, 0 where none does"]],
  async run(options, context) {
    const open = await openTarget(options, context);
    const { target } = open;
    const caller = open.caller().then(
      () => undefined,
      (error: OpsError) => error,
    );
    const { findings, isBlind } = await runDoctor(open, context);
    const stop = await caller;
    if (stop?.detail?.code === "account-mismatch") throw stop;
    const counts = countLevels(findings);
    const heading = `${target.name}  ${target.cluster} / ${target.service}`;
    const head = { schemaVersion: 1, target, counts };
    // If every request failed because of the credentials, end with that error and its own exit code.
    const failure = stop?.exitCode === EXIT.credentials && isBlind ? stop : undefined;
    printAnswer(options, context, {
      failure,
      data: { ...head, findings },
      lines: [head, ...findings],
      text: () => `${renderDoctor(heading, findings, answerDisplayOptions(context))}\n`,
    });
    if (failure !== undefined) throw failure;
    return counts.fail > 0 ? EXIT.guarded : EXIT.done;
  },
});
