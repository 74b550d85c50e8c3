import { readExecution } from "../src/app/execution/record.ts";
import { defineCommand } from "../src/cli/command.ts";
import { printAnswer } from "../src/cli/output.ts";
import { answerDisplayOptions } from "../src/cli/process-context.ts";
import { OUTPUT_OPTIONS, STATE_OPTIONS } from "../src/cli/shared-options.ts";
import { type ExecutionEnded, outcomeOf } from "../src/domain/execution.ts";
import { withNotes } from "../src/domain/execution-note.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import { sanitise } from "../src/domain/sanitise.ts";
import { asTyped, type TypedOptions } from "../src/domain/typed-options.ts";
import { type Unfinished, unfinishedText } from "../src/domain/unfinished.ts";
import { createEventLog } from "../src/ui/render/event-log.ts";
import { identityLines } from "../src/ui/render/identity.ts";
import { paragraph } from "../src/ui/text/layout.ts";

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
    const {
      events: records,
      noted,
      torn,
      problem,
      unfinished,
      runsIn,
    } = await readExecution(options.id ?? "", options, context);
    const events = withNotes(records, noted.notes);
    const text = () => {
      const narrator = createEventLog(answerDisplayOptions(context));
      const told = events.map((event) => narrator.write(event)).join("");
      const last = records.at(-1);
      if (last?.type !== "execution.ended") return told + notPutBack(unfinished, context.typed);
      // What came of it stands first: the events that led there may be many.
      return last.outcome === undefined ? told : `${headLines(last, context)}\n\n${told}`;
    };
    printAnswer(options, context, { data: events, text, failure: problem });
    if (runsIn !== undefined) context.stderr.write(`It runs in process ${runsIn.pid} of ${sanitise(runsIn.host)}.\n`);
    if (noted.broken !== undefined)
      context.stderr.write(`Its notes are not all as they were written: ${noted.broken}.\n`);
    if (torn) context.stderr.write("Its last record was cut short when the process died; it does not count.\n");
    if (problem !== undefined) throw problem;
    return EXIT.done;
  },
});

function headLines(ended: ExecutionEnded, context: Parameters<typeof answerDisplayOptions>[0]): string {
  const display = answerDisplayOptions(context);
  const identity = ended.identity === undefined ? [] : identityLines(ended.identity, display);
  return [...identity, ...paragraph(sanitise(outcomeOf(ended)), display, 0, "strong")].join("\n");
}

/** Where the process died before its end could say it. */
function notPutBack(unfinished: readonly Unfinished[], typed: TypedOptions = {}): string {
  return unfinished
    .map((left) => `Not put back: ${unfinishedText(left)}. Next: ${asTyped(left.command, typed)}\n`)
    .join("");
}
