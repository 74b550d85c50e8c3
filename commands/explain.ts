import { explain as explanation } from "../src/app/explain.ts";
import { defineCommand } from "../src/cli/command.ts";
import { EXIT } from "../src/domain/exit-codes.ts";

export const explain = defineCommand({
  name: "explain",
  describe: "Explain a runbook, a command, an action or a rule (VOPS…), as Markdown",
  options: {
    runbook: {
      type: "string",
      positional: "required",
      completes: ["runbook", "action", "rule"],
      describe: "Runbook (name, path or its command) or rule",
    },
  },
  examples: [["vulcan-ops explain rollback-service", "what it does, asks and may change"]],
  async run(options, context) {
    context.stdout.write(await explanation(options.runbook ?? "", { verb: "explain", cwd: context.cwd }));
    return EXIT.done;
  },
});
