import { registry } from "../src/actions/index.ts";
import { RULES } from "../src/app/inspection/rules.ts";
import { openDocument } from "../src/app/open-runbook.ts";
import type { Command } from "../src/cli/command.ts";
import { textOf } from "../src/cli/options.ts";
import { usageError } from "../src/domain/error.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import { explainRunbook } from "../src/runbook/explain.ts";

const RULE = /^VOPS\d{3}$/;

export const explain: Command = {
  usage: "explain <runbook>",
  describe: "Print a runbook, or a rule (VOPS…) of plan, as a document to read (Markdown)",
  flags: {},
  examples: [["vulcan-ops explain rollback-service", "what it does, asks and may change"]],
  async run(given, context) {
    const name = textOf(given, "runbook") ?? "";
    if (RULE.test(name)) {
      context.stdout.write(explained(name));
      return EXIT.done;
    }
    const document = await openDocument(name);
    context.stdout.write(`${explainRunbook(document.runbook, registry).trimEnd()}\n`);
    return EXIT.done;
  },
};

function explained(id: string): string {
  const rule = Object.hasOwn(RULES, id) ? RULES[id] : undefined;
  if (rule !== undefined) return `# ${id}: ${rule.title}\n\n${rule.explain}\n`;
  throw usageError("rule-unknown", `there is no rule ${id}; there are ${Object.keys(RULES).join(", ")}`);
}
