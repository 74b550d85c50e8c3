import { readExecution } from "../src/app/execution/record.ts";
import { defineCommand } from "../src/cli/command.ts";
import { printAnswer } from "../src/cli/output.ts";
import { answerDisplayOptions } from "../src/cli/process-context.ts";
import { OUTPUT_OPTIONS, STATE_OPTIONS } from "../src/cli/shared-options.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import { createNarrator } from "../src/ui/render/event-log.ts";

export const show = defineCommand({
  name: "show",
  describe: "Show one execution, event by event",
  options: {
    id: { type: "string", positional: "required", describe: "Execution" },
    ...OUTPUT_OPTIONS,
    ...STATE_OPTIONS,
  },
  async run(options, context) {
    const { events, torn } = await readExecution(options.id ?? "", options, context);
    const text = () => {
      const narrator = createNarrator(answerDisplayOptions(context));
      return events.map((event) => narrator.tell(event)).join("");
    };
    printAnswer(options, context, { data: events, text });
    if (torn) context.stderr.write("Its last record was cut short when the process died; it does not count.\n");
    return EXIT.done;
  },
});
