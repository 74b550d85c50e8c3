import type { Command } from "../src/cli/command.ts";
import { OUTPUT_FLAGS, STATE_FLAGS } from "../src/cli/flags.ts";
import { textOf } from "../src/cli/options.ts";
import { writeData } from "../src/cli/output.ts";
import { stateDirOf } from "../src/cli/process-context.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import { loadJournal } from "../src/journal/journal-file.ts";
import { jsonText } from "../src/ui/json-text.ts";
import { createNarrator } from "../src/ui/render/event-log.ts";
import { lookOf } from "../src/ui/text/style.ts";

export const show: Command = {
  usage: "show <id>",
  describe: "Show one execution, event by event",
  flags: { ...OUTPUT_FLAGS, ...STATE_FLAGS },
  async run(given, context) {
    const { events, torn } = await loadJournal(stateDirOf(given, context), textOf(given, "id") ?? "");
    const output = textOf(given, "output") ?? "text";
    if (output === "json") writeData(context, events);
    else if (output === "ndjson") context.stdout.write(events.map((event) => `${jsonText(event)}\n`).join(""));
    else {
      const narrator = createNarrator(lookOf(context.stdout, context.env));
      context.stdout.write(events.map((event) => narrator.tell(event)).join(""));
    }
    if (torn) context.stderr.write("Its last record was cut short when the process died; it does not count.\n");
    return EXIT.done;
  },
};
