import { alertsAsCode } from "../src/app/declared/alerts-as-code.ts";
import { openTarget } from "../src/app/open-target.ts";
import type { Command } from "../src/cli/command.ts";
import { assertTextOutput, type OutputOptions, printNote } from "../src/cli/output.ts";
import { defineRunbookCommand } from "../src/cli/runbook-command.ts";
import { assertTopic } from "../src/domain/alerts/assert-topic.ts";
import { FORMS, type Form } from "../src/domain/declared/declared.ts";
import { usageError } from "../src/domain/error.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import type { TargetOptions } from "../src/domain/target.ts";
import { runbookCommand } from "./run.ts";

const create = runbookCommand(
  defineRunbookCommand({
    name: "alerts",
    runbook: "create-alerts",
    describe: "Create the three documented alerts, and prove that they arrive",
    options: {
      topic: {
        type: "string",
        value: "ARN",
        input: "topic",
        example: "--topic arn:aws:sns:REGION:ACCOUNT:NAME",
        describe: "SNS topic that gets them (default: the one that our rule sends to)",
      },
      test: { type: "boolean", input: "test", describe: "Publish a message marked TEST to the topic" },
      print: { type: "string", choices: FORMS, describe: "Print them in this form instead; only reads" },
      fire: {
        type: "string",
        choices: ["hosts", "connections"],
        input: "fire",
        group: "Advanced",
        describe: "Fire this alarm as a test: its real actions run",
      },
    },
    examples: [
      ["vulcan-ops alerts --topic ARN --dry-run", "what is missing, what exists already; send nothing"],
      ["vulcan-ops alerts --topic ARN --test", "create, prove, and publish a message marked TEST"],
      ["vulcan-ops alerts --topic ARN --print terraform > alerts.tf", "the same alerts as code"],
    ],
  }),
);

interface Printing extends TargetOptions {
  readonly print?: Form;
  readonly topic?: string;
  readonly test?: boolean;
  readonly fire?: string;
}

/** Before anything is read. */
function assertPrintable({ topic, test, fire, ...options }: Printing): void {
  assertTextOutput(options as Partial<OutputOptions>, "--print");
  if (topic !== undefined) assertTopic(topic);
  const sending = [...(test === true ? ["--test"] : []), ...(fire === undefined ? [] : ["--fire"])].join(" and ");
  if (sending !== "") throw usageError("print-only", `--print only reads: leave ${sending} out`, [HELP]);
}

const HELP = "vulcan-ops alerts --help";

export const alerts: Command = {
  ...create,
  async run(options, context) {
    const { print: form, topic } = options as Printing;
    if (form === undefined) return create.run(options, context);
    assertPrintable(options as Printing);
    const open = await openTarget(options as TargetOptions, context, { purpose: "reading" });
    await open.caller();
    const note = (text: string) => printNote(text, {}, context);
    const text = await alertsAsCode(open, { form, topic, note });
    if (text === undefined) note("Nothing to print: the documented alerts exist, or cannot be created.");
    else context.stdout.write(text);
    return EXIT.done;
  },
};
