import { registry } from "../src/actions/index.ts";
import { EXIT } from "../src/domain/exit.ts";
import { explainRunbook } from "../src/runbook/explain.ts";
import type { Command } from "./command.ts";
import { openDocument } from "./document.ts";
import { textOf } from "./given.ts";

export const explain: Command = {
  usage: "explain <runbook>",
  describe: "Print a runbook as a document to read (Markdown)",
  flags: {},
  examples: [["vulcan-ops explain rollback-service", "what it does, asks and may change"]],
  async run(given, context) {
    const document = await openDocument(textOf(given, "runbook") ?? "");
    context.stdout.write(`${explainRunbook(document.runbook, registry).trimEnd()}\n`);
    return EXIT.done;
  },
};
