import { alertsLine } from "../src/app/declared/alerts-line.ts";
import { settingsAsCode } from "../src/app/declared/settings-as-code.ts";
import { forPlace, runDoctor } from "../src/app/doctor/run-doctor.ts";
import { type OpenTarget, openTarget } from "../src/app/open-target.ts";
import { defineCommand } from "../src/cli/command.ts";
import { assertTextOutput, isTextOutput, printAnswer, printNote } from "../src/cli/output.ts";
import { answerDisplayOptions, type ProcessContext } from "../src/cli/process-context.ts";
import { OUTPUT_OPTIONS, STATE_OPTIONS, TARGET_OPTIONS } from "../src/cli/shared-options.ts";
import { describeElsewhere } from "../src/domain/aws/endpoints.ts";
import { FORMS, type Form } from "../src/domain/declared/declared.ts";
import { countLevels } from "../src/domain/diagnosis.ts";
import type { OpsError } from "../src/domain/error.ts";
import { EXIT, type ExitCode } from "../src/domain/exit-codes.ts";
import { counted } from "../src/domain/finding.ts";
import { type Identity, identityAt } from "../src/domain/identity.ts";
import type { Caller } from "../src/domain/target.ts";
import { renderDoctor } from "../src/ui/render/doctor.ts";

export const doctor = defineCommand({
  name: "doctor",
  describe: "Check permissions and configuration, each with its fix; reads only",
  options: {
    iam: { type: "boolean", describe: "Show the IAM statements for what is missing" },
    "print-fix": {
      type: "string",
      choices: FORMS,
      describe: "Print the documented settings that are missing, in this form, with what applying each does",
    },
    ...TARGET_OPTIONS,
    ...OUTPUT_OPTIONS,
    ...STATE_OPTIONS,
  },
  examples: [
    ["vulcan-ops doctor --output json", "exit 11 where a check fails, 0 where none does"],
    ["vulcan-ops doctor --print-fix terraform", "what to add to the code that keeps the service"],
  ],
  async run(options, context) {
    if (options.printFix !== undefined) assertTextOutput(options, "--print-fix");
    const open = await openTarget(options, context);
    const { target } = open;
    if (options.printFix !== undefined) return printFix(open, options.printFix, context);
    const caller = open.caller().then(
      (known) => ({ known }),
      (stop: OpsError) => ({ stop }),
    );
    const { findings, isBlind } = await runDoctor(open, context);
    const { stop, known } = { stop: undefined, known: undefined, ...(await caller) };
    if (stop?.detail?.code === "account-mismatch") throw stop;
    const counts = countLevels(findings);
    // If every request failed because of the credentials, that is the one thing to say, with its own exit code.
    const isOutside = stop?.exitCode === EXIT.credentials || stop?.detail?.code === "aws-regionless";
    const failure = isBlind && isOutside ? stop : undefined;
    if (failure !== undefined && isTextOutput(options)) throw failure;
    const head = { schemaVersion: 1, target, counts };
    const display = answerDisplayOptions(context);
    const shown = display.verbose === true ? findings : forPlace(findings, open);
    printAnswer(options, context, {
      failure,
      data: { ...head, findings },
      lines: [head, ...findings],
      text: () => `${renderDoctor(identityOf(open, known), shown, display, { withPolicy: options.iam })}\n`,
    });
    if (failure !== undefined) throw failure;
    return counts.fail > 0 ? EXIT.guarded : EXIT.done;
  },
});

/** Only prints: nothing is changed by the doctor. */
async function printFix(open: OpenTarget, form: Form, context: ProcessContext): Promise<ExitCode> {
  const note = (text: string) => printNote(text, {}, context);
  await open.caller();
  const { text, unknown } = await settingsAsCode(open, { form, note });
  if (text !== undefined) context.stdout.write(text);
  else if (unknown > 0)
    note(`Nothing to print of what is known. Not known: ${counted(unknown, "setting")}, named above.`);
  else note("Nothing to print: the documented settings are set.");
  note(`Alerts are not among them: ${await alertsLine(open, form)}`);
  return EXIT.done;
}

function identityOf({ target, endpoints }: OpenTarget, caller: Caller | undefined): Identity {
  return identityAt(target, caller?.account, describeElsewhere(endpoints));
}
