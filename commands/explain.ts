import { explain as explanation } from "../src/app/explain.ts";
import { defineCommand } from "../src/cli/command.ts";
import { EXIT } from "../src/domain/exit-codes.ts";

export const explain = defineCommand({
  name: "explain",
  describe: "Print a runbook, or a rule (VOPS…) of plan, as a document to read (Markdown)",
  options: {
    runbook: { type: "string", positional: "required", describe: "Runbook, by name or by path, or a rule" },
  },
  examples: [["vulcan-ops explain rollback-service", "what it does, asks and may change"]],
  async run(options, context) {
    context.stdout.write(await explanation(options.runbook ?? ""));
    return EXIT.done;
  },
});
