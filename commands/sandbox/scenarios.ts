import { listScenarios } from "../../src/app/sandbox/catalogue.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { printAnswer } from "../../src/cli/output.ts";
import { OUTPUT_OPTIONS } from "../../src/cli/shared-options.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";

export const sandboxScenarios = defineCommand({
  name: "sandbox scenarios",
  describe: "List the worlds that can be rehearsed in",
  options: OUTPUT_OPTIONS,
  async run(options, context) {
    const scenarios = await listScenarios();
    const cells = Math.max(...scenarios.map(({ name }) => name.length)) + 2;
    const text = () => scenarios.map(({ name, summary }) => `${name.padEnd(cells)}${summary}\n`).join("");
    printAnswer(options, context, { data: scenarios, text });
    return EXIT.done;
  },
});
