import { leastPolicy } from "../src/app/iam.ts";
import { defineCommand } from "../src/cli/command.ts";
import { printAnswer, printNote } from "../src/cli/output.ts";
import { OUTPUT_OPTIONS, TARGET_OPTIONS } from "../src/cli/shared-options.ts";
import type { Explained } from "../src/domain/aws/iam-policy.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import { renderPolicy } from "../src/ui/render/policy.ts";

export const iam = defineCommand({
  name: "iam",
  describe: "Print the least IAM policy for a command, an observer, or everything",
  options: {
    for: {
      type: "string",
      value: "COMMAND",
      completes: ["command"],
      describe: "A command by its name, or observer: reads alone, dry runs included",
    },
    word: { type: "string", positional: "optional", describe: "Second word of that command, as in --for migrate down" },
    ...TARGET_OPTIONS,
    ...OUTPUT_OPTIONS,
  },
  examples: [
    ["vulcan-ops iam --for rollback > policy.json", "the document alone; what each statement is for goes to stderr"],
    ["vulcan-ops iam --for observer", "for who only looks: status, doctor, watch, dry runs"],
    ["vulcan-ops iam --for migrate down --target prod", "with the names of a target in vulcan-ops.yaml"],
  ],
  async run(options, context) {
    const { for: first, word } = options;
    const name = [first, word].filter((part) => part !== undefined).join(" ");
    const { policy, statements } = await leastPolicy(name || undefined, options, context);
    printAnswer(options, context, { data: policy, text: () => `${renderPolicy(policy)}\n` });
    for (const note of notes(statements)) printNote(note, options, context);
    return EXIT.done;
  },
});

function notes(statements: readonly Explained[]): readonly string[] {
  if (statements.length === 0) return ["It asks AWS nothing: it needs no policy."];
  return statements.map(({ sid, purpose, only }) => `${sid}: ${purpose}${only === undefined ? "" : ` (${only})`}.`);
}
