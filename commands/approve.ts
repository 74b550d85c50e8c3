import { type Approvable, assertDigest, openForApproval } from "../src/app/execution/approve-plan.ts";
import { readPrepared } from "../src/app/prepared.ts";
import { defineCommand } from "../src/cli/command.ts";
import { askChoice } from "../src/cli/output.ts";
import { isAttended, type ProcessContext } from "../src/cli/process-context.ts";
import { STATE_OPTIONS, TARGET_OPTIONS } from "../src/cli/shared-options.ts";
import { shortDigest } from "../src/domain/approval.ts";
import { commandLine } from "../src/domain/command-line.ts";
import { usageError } from "../src/domain/error.ts";
import { EXIT } from "../src/domain/exit-codes.ts";

export const approve = defineCommand({
  name: "approve",
  describe: "Approve a saved plan, which another person made and a third one may run",
  options: {
    plan: { type: "string", positional: "required", value: "PLAN", describe: "File of the plan (from plan -o)" },
    out: { type: "string", alias: "o", value: "FILE", describe: "Write the approval to this file" },
    digest: {
      type: "string",
      value: "DIGEST",
      describe: "First 8 digits or more of the digest in the reviewed document; answers the question",
    },
    ...TARGET_OPTIONS,
    ...STATE_OPTIONS,
  },
  examples: [
    ["vulcan-ops approve upgrade.json -o approval.json", "show the plan, ask, and write the approval"],
    ["vulcan-ops approve upgrade.json --digest 3f2a9c1e -o approval.json", "without a terminal"],
  ],
  async run({ plan: path = "", out, digest, ...options }, context) {
    if (out === undefined)
      throw usageError("usage", "something is missing: vulcan-ops approve PLAN -o FILE", [
        "vulcan-ops approve PLAN -o FILE",
      ]);
    const found = await openForApproval(path, options, context);
    if (digest !== undefined) assertDigest(digest, found.digest, "vulcan-ops plan … --output markdown");
    else if (!(await isApproved(path, found, context))) return EXIT.declined;
    found.save(out);
    context.note(`Approved plan ${shortDigest(found.digest)} as ${found.by}.`);
    context.note(commandLine`To carry it out: vulcan-ops run --plan ${path} --approval ${out}`);
    return EXIT.done;
  },
});

/** Shows the whole plan, and asks. Without a terminal only a digest answers. */
async function isApproved(path: string, found: Approvable, context: ProcessContext): Promise<boolean> {
  const { plan, digest, validFrom, validUntil } = found;
  const { planDocument } = await import("../src/ui/render/plan-document.ts");
  const kept = { digest, path, version: readPrepared().version, validFrom, validUntil };
  context.stdout.write(planDocument(plan, kept));
  if (!isAttended(context))
    throw usageError("answer-missing", `without a terminal, --digest answers: ${shortDigest(digest)}`, [
      commandLine`vulcan-ops approve ${path} --digest ${shortDigest(digest)} -o FILE`,
    ]);
  const { goalOf } = await import("../src/ui/render/plan-summary.ts");
  const question = `Approve plan ${shortDigest(digest)} of ${plan.target.name}: ${goalOf(plan)}?`;
  const choices = [
    { value: "no", label: "No: write nothing" },
    { value: "yes", label: `Yes: approve it as ${found.by}` },
  ];
  return (await askChoice(context, question, choices, "no")) === "yes";
}
