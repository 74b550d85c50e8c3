import { once } from "node:events";
import { exportHistory } from "../../src/app/execution/record.ts";
import { defineCommand } from "../../src/cli/command.ts";
import type { ProcessContext } from "../../src/cli/process-context.ts";
import { STATE_OPTIONS } from "../../src/cli/shared-options.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";
import { unreadJournalsText } from "../../src/domain/unread-journal.ts";
import { jsonText } from "../../src/ui/text/json-text.ts";

export const historyExport = defineCommand({
  name: "history export",
  describe: "Every record of every execution as JSON, oldest execution first",
  options: {
    output: {
      type: "string",
      choices: ["ndjson", "json"],
      describe: "One line a record, or one document (default: ndjson)",
    },
    ...STATE_OPTIONS,
  },
  examples: [["vulcan-ops history export > executions.jsonl", "every record, one JSON line each"]],
  async run(options, context) {
    const { executions, unread } = await exportHistory(options, context);
    const isDocument = options.output === "json";
    let before = isDocument ? '{"schemaVersion":1,"executions":[' : "";
    for await (const { execution, events } of executions) {
      const lines = isDocument
        ? `${before}\n${jsonText({ execution, events })}`
        : events.map((event) => `${jsonText(event)}\n`).join("");
      before = isDocument ? "," : "";
      await write(lines, context);
    }
    if (isDocument) await write(`${before.startsWith("{") ? before : ""}\n]}\n`, context);
    for (const { text, next } of unreadJournalsText(unread))
      context.stderr.write(`${text}, and is not whole here: ${next}\n`);
    return unread.length === 0 ? EXIT.done : EXIT.failed;
  },
});

/** There may be hundreds of megabytes: waits until the reading program has taken them. */
async function write(text: string, { stdout }: ProcessContext): Promise<void> {
  if (!stdout.write(text)) await once(stdout, "drain");
}
