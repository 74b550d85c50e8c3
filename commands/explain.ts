import { EXIT } from "../src/domain/exit.ts";
import type { Command } from "./command.ts";
import { textOf } from "./given.ts";

export const explain: Command = {
  usage: "explain <runbook>",
  describe: "Print a runbook as a document to read (Markdown)",
  flags: {},
  examples: [["vulcan-ops explain rollback-service", "what it does, asks and may change"]],
  async run(given, context) {
    const { openDocument } = await import("./document.ts");
    const document = await openDocument(textOf(given, "runbook") ?? "");
    const [{ explainRunbook }, { registry }] = await Promise.all([
      import("../src/runbook/explain.ts"),
      import("../src/actions/index.ts"),
    ]);
    context.stdout.write(`${explainRunbook(document.runbook, registry).trimEnd()}\n`);
    return EXIT.done;
  },
};
