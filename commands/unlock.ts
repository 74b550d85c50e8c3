import { unlock as release } from "../src/app/execution/unlock.ts";
import { defineCommand } from "../src/cli/command.ts";
import { askChoice } from "../src/cli/output.ts";
import { displayOptions, isAttended, type ProcessContext } from "../src/cli/process-context.ts";
import { STATE_OPTIONS, TARGET_OPTIONS } from "../src/cli/shared-options.ts";
import { commandLine } from "../src/domain/command-line.ts";
import { NOTHING_SENT, OpsError, usageError } from "../src/domain/error.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import { holderText, type LockHolder } from "../src/domain/lock.ts";
import { paragraph } from "../src/ui/text/layout.ts";

export const unlock = defineCommand({
  name: "unlock",
  describe: "Release the lock of an execution, on this machine and shared",
  options: {
    id: { type: "string", positional: "required", value: "ID", describe: "Execution" },
    yes: {
      type: "boolean",
      alias: "y",
      group: "Answers",
      describe: "Also if its process runs, or it is another operator's",
    },
    ...TARGET_OPTIONS,
    ...STATE_OPTIONS,
  },
  async run(options, context) {
    const id = (options.id ?? "").toLowerCase();
    const outcome = await release({ ...options, id }, context, (holder, now) => agrees(holder, now, context));
    if (outcome.kind === "declined") return EXIT.declined;
    const { unseen, sent } = outcome;
    const lines = [
      commandLine`The lock of execution ${id} is released; ` + AFTERWARDS[sent](id),
      ...(unseen === undefined ? [] : [`The shared lock was not looked at: ${unseen}.`]),
    ];
    context.stderr.write(`${lines.join("\n")}\n`);
    return EXIT.done;
  },
});

const AFTERWARDS: Readonly<Record<"recorded" | "nothing" | "unknown", (id: string) => string>> = {
  recorded: (id) => commandLine`AWS still carries out what it sent. Next: vulcan-ops resume ${id}`,
  nothing: () => "there is no journal of it, so it sent nothing.",
  unknown: () => "its journal is not here; AWS still carries out what it sent. Next: vulcan-ops status",
};

/** Ask first: another operator may be at work right now, on a machine that we cannot see. */
async function agrees(holder: LockHolder, now: number, context: ProcessContext): Promise<boolean> {
  const whose = `The shared lock is another operator's: ${holderText(holder, now)}.`;
  if (!isAttended(context)) {
    const { detail } = usageError("answer-missing", `${whose} Without a terminal --yes has to answer.`, [
      commandLine`vulcan-ops unlock ${holder.execution} --yes`,
    ]);
    throw new OpsError({ ...detail, unchanged: NOTHING_SENT });
  }
  context.stderr.write(`${paragraph(whose, displayOptions(context), 0).join("\n")}\n`);
  const choices = [
    { value: "no", label: "Leave it to them" },
    { value: "yes", label: "Release the lock: their execution may still be running" },
  ];
  return (await askChoice(context, "Release the lock anyway?", choices, "no")) === "yes";
}
