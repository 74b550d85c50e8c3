import { followExecution } from "../src/app/execution/follow-execution.ts";
import { readExecution } from "../src/app/execution/record.ts";
import { defineCommand } from "../src/cli/command.ts";
import { type OutputOptions, printAnswer } from "../src/cli/output.ts";
import { answerDisplayOptions, type ProcessContext } from "../src/cli/process-context.ts";
import { OUTPUT_OPTIONS, STATE_OPTIONS } from "../src/cli/shared-options.ts";
import { commandLine } from "../src/domain/command-line.ts";
import { usageError } from "../src/domain/error.ts";
import { outcomeOf } from "../src/domain/execution.ts";
import type { ExecutionEnded } from "../src/domain/execution-event.ts";
import { withNotes } from "../src/domain/execution-note.ts";
import { EXIT, type ExitCode, stopCode } from "../src/domain/exit-codes.ts";
import { sanitise } from "../src/domain/sanitise.ts";
import { asTyped, type TypedOptions } from "../src/domain/typed-options.ts";
import { type Unfinished, unfinishedText } from "../src/domain/unfinished.ts";
import { createEventLog } from "../src/ui/render/event-log.ts";
import { identityLines } from "../src/ui/render/identity.ts";
import { jsonText } from "../src/ui/text/json-text.ts";
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
    follow: {
      type: "boolean",
      alias: "f",
      describe: "Print each record as it comes, until its end; exits with its exit code",
    },
    ...OUTPUT_OPTIONS,
    ...STATE_OPTIONS,
  },
  examples: [
    ["vulcan-ops show last", "what came of the newest one, and each event"],
    ["vulcan-ops show last --follow", "watch one that runs; changes and answers nothing"],
  ],
  async run(options, context) {
    if (options.follow) return follow(options, context);
    const {
      events: records,
      noted,
      torn,
      problem,
      unfinished,
      runsIn,
      elsewhere,
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
    if (elsewhere !== undefined)
      context.stderr.write(
        `Its last record is by ${sanitise(`${elsewhere.operator}@${elsewhere.host}`)}: it may run there.\n`,
      );
    if (noted.broken !== undefined)
      context.stderr.write(`Its notes are not all as they were written: ${noted.broken}.\n`);
    if (torn) context.stderr.write("Its last record was cut short when the process died; it does not count.\n");
    if (problem !== undefined) throw problem;
    return EXIT.done;
  },
});

interface FollowOptions extends OutputOptions {
  readonly id: string | undefined;
  readonly stateDir: string | undefined;
}

/** The exit code is that of the execution's end, so that a script can wait for it. */
async function follow(options: FollowOptions, context: ProcessContext): Promise<ExitCode> {
  const { id = "", output } = options;
  if (output === "json")
    throw usageError("follow-json", "json is one document, and --follow prints as it comes: ndjson has a line each", [
      commandLine`vulcan-ops show ${id} --follow --output ndjson`,
    ]);
  const narrator = createEventLog(answerDisplayOptions(context));
  const ended = await followExecution(id, options, context, (event) => {
    context.stdout.write(output === "ndjson" ? `${jsonText(event)}\n` : narrator.write(event));
  });
  if (ended === undefined) return stopCode(context.stop);
  return Object.values(EXIT).find((code) => code === ended.exitCode) ?? EXIT.failed;
}

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
