import { handOver } from "../src/app/execution/hand-over.ts";
import { defineCommand } from "../src/cli/command.ts";
import { operatorIo, printAnswer } from "../src/cli/output.ts";
import { answerDisplayOptions } from "../src/cli/process-context.ts";
import { ANSWER_OPTIONS, OUTPUT_OPTIONS, STATE_OPTIONS, TARGET_OPTIONS } from "../src/cli/shared-options.ts";
import { commandLine } from "../src/domain/command-line.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import { asTyped } from "../src/domain/typed-options.ts";
import { createEventLog } from "../src/ui/render/event-log.ts";

export const handover = defineCommand({
  name: "handover",
  describe: "Stop an execution at a safe point, for another person or machine to resume",
  options: {
    id: {
      type: "string",
      positional: "required",
      value: "ID",
      describe: "Execution: its id, the beginning of it, or last",
    },
    note: { type: "string", value: "TEXT", describe: "What the person who resumes it has to know" },
    profile: TARGET_OPTIONS.profile,
    "take-over": ANSWER_OPTIONS["take-over"],
    ...OUTPUT_OPTIONS,
    ...STATE_OPTIONS,
  },
  examples: [
    ["vulcan-ops handover last", "stop it; nothing is put back, and what stands open is recorded"],
    ['vulcan-ops handover 7k2mqp --note "Bob knows; the vendor calls at 05:00Z"', "the same, with a note"],
  ],
  async run(options, context) {
    // A handover asks for nothing that a yes could answer.
    const answers = { yes: false, confirm: [], takeOver: options.takeOver, ask: undefined, expectCurrent: undefined };
    const openIo = operatorIo({ ...options, ...answers }, context);
    const { page, isShared } = await handOver({ ...options, id: options.id ?? "" }, context, openIo);
    const text = () => createEventLog(answerDisplayOptions(context)).write(page);
    printAnswer(options, context, { data: page, text });
    const resume = asTyped(commandLine`vulcan-ops resume ${page.execution}`, context.typed ?? {});
    context.note(`Next, ${isShared ? "on any machine that reads the shared journal" : "on this machine"}: ${resume}`);
    return EXIT.done;
  },
});
