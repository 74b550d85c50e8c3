import { readExecution } from "../src/app/execution/record.ts";
import { defineCommand } from "../src/cli/command.ts";
import { printAnswer } from "../src/cli/output.ts";
import { answerDisplayOptions } from "../src/cli/process-context.ts";
import { OUTPUT_OPTIONS, STATE_OPTIONS } from "../src/cli/shared-options.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import { sanitise } from "../src/domain/sanitise.ts";
import { asTyped, type TypedOptions } from "../src/domain/typed-options.ts";
import { type Unfinished, unfinishedText } from "../src/domain/unfinished.ts";
import { createEventLog } from "../src/ui/render/event-log.ts";

export const show = defineCommand({
  name: "show",
  describe: "Show one execution, event by event",
  options: {
    id: {
      type: "string",
      positional: "required",
      value: "ID",
      describe: "Execution: its id, the beginning of it, or last",
    },
    ...OUTPUT_OPTIONS,
    ...STATE_OPTIONS,
  },
  async run(options, context) {
    const { events, torn, problem, unfinished, runsIn } = await readExecution(options.id ?? "", options, context);
    const text = () => {
      const narrator = createEventLog(answerDisplayOptions(context));
      const told = events.map((event) => narrator.write(event)).join("");
      return events.at(-1)?.type !== "execution.ended" ? told + notPutBack(unfinished, context.typed) : told;
    };
    printAnswer(options, context, { data: events, text, failure: problem });
    if (runsIn !== undefined) context.stderr.write(`It runs in process ${runsIn.pid} of ${sanitise(runsIn.host)}.\n`);
    if (torn) context.stderr.write("Its last record was cut short when the process died; it does not count.\n");
    if (problem !== undefined) throw problem;
    return EXIT.done;
  },
});

/** Where the process died before its end could say it. */
function notPutBack(unfinished: readonly Unfinished[], typed: TypedOptions = {}): string {
  return unfinished
    .map((left) => `Not put back: ${unfinishedText(left)}. Next: ${asTyped(left.command, typed)}\n`)
    .join("");
}
