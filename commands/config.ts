import { configurationInForce } from "../src/app/configuration.ts";
import { defineCommand } from "../src/cli/command.ts";
import { variablesInForce } from "../src/cli/environment-variables.ts";
import { printAnswer } from "../src/cli/output.ts";
import { answerDisplayOptions } from "../src/cli/process-context.ts";
import { OUTPUT_OPTIONS, STATE_OPTIONS, TARGET_OPTIONS } from "../src/cli/shared-options.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import { renderConfiguration } from "../src/ui/render/configuration.ts";

export const config = defineCommand({
  name: "config",
  describe: "Show each setting in force and where it comes from: flag, environment, file and line, default",
  options: { ...TARGET_OPTIONS, ...OUTPUT_OPTIONS, ...STATE_OPTIONS },
  examples: [
    ["vulcan-ops config", "the default target, the files and the variables that are set"],
    ["vulcan-ops config --target staging --output json", "the same of another target, as data"],
  ],
  async run(options, context) {
    const found = await configurationInForce(options, context, variablesInForce(context.env));
    printAnswer(options, context, {
      data: { schemaVersion: 1, ...found },
      text: () => renderConfiguration(found, answerDisplayOptions(context)),
    });
    return EXIT.done;
  },
});
