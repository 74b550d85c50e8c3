import { assertDigest } from "../../src/app/execution/approve-plan.ts";
import { type Answerable, openForAnswer } from "../../src/app/fleet/answer-wave.ts";
import { openFleetHome } from "../../src/app/fleet/fleet-home.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { displayOptions } from "../../src/cli/process-context.ts";
import { ANSWER_OPTIONS, TARGET_OPTIONS } from "../../src/cli/shared-options.ts";
import { isConfirmed } from "../../src/cli/typed-answer.ts";
import { shortDigest } from "../../src/domain/approval.ts";
import { commandLine } from "../../src/domain/command-line.ts";
import { guardError, OpsError } from "../../src/domain/error.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";
import { counted } from "../../src/domain/finding.ts";
import { renderFleetQuestion, toFollow } from "../../src/ui/render/fleet-question.ts";
import { renderWave } from "../../src/ui/render/fleet-wave.ts";

export const fleetApprove = defineCommand({
  name: "fleet approve",
  describe: "Approve a wave of a fleet, which another person planned and started; or reject it",
  options: {
    run: { type: "string", positional: "required", value: "RUN", describe: "Name of the run" },
    wave: { type: "string", positional: "required", value: "WAVE", describe: "The wave that waits" },
    reject: { type: "boolean", describe: "Say no: the run ends, and nothing more of it starts" },
    digest: {
      type: "string",
      value: "DIGEST",
      describe: "First 8 digits or more of the digest that was reviewed: another plan is refused",
    },
    confirm: ANSWER_OPTIONS.confirm,
    ...TARGET_OPTIONS,
  },
  examples: [
    ["vulcan-ops fleet approve revert-42 rest", "show what the wave changes, and ask for a typed text"],
    ["vulcan-ops fleet approve revert-42 rest --digest 3f2a9c1e", "only if it is still the plan that was reviewed"],
    ["vulcan-ops fleet approve revert-42 rest --reject", "say no"],
  ],
  async run({ run = "", wave = "", reject, digest, confirm, ...options }, context) {
    const asked = { run, wave, isRejection: reject };
    const found = await openForAnswer(asked, await openFleetHome(options, context));
    if (digest !== undefined) assertDigest(digest, found.plan.digest, "vulcan-ops fleet plan FILE -o DIR");
    const display = displayOptions(context);
    context.stderr.write(`${renderWave(found, display)}\n`);
    const to = `${reject ? "reject" : "approve"} wave ${wave}`;
    const above = renderFleetQuestion(deedOf(found, reject), found.place, display);
    if (!(await isConfirmed({ text: found.text, to, confirm, above }, context))) return EXIT.declined;
    if ((await found.answer()) === "gone") throw gone(found);
    const did = reject ? "Rejected" : "Approved";
    context.note(`${did} wave ${wave} of ${run} (${shortDigest(found.plan.digest)}) as ${found.by}.`);
    context.note(toFollow(run, context.typed));
    return EXIT.done;
  },
});

function deedOf({ plan: { run }, wave: { name, targets } }: Answerable, isRejection: boolean): string {
  const which = `wave ${name} of run ${run}`;
  return isRejection
    ? `Reject ${which}: the run ends, and nothing more of it starts`
    : `Approve ${which}: ${counted(targets.length, "target")}`;
}

function gone({ plan: { run }, wave: { name } }: Answerable): OpsError {
  const message = `the answer is on record, and the machine no longer waits for wave ${name} of ${run}: it was answered before, its time is over, or the run was stopped`;
  const { detail } = guardError("fleet-not-waiting", message, [commandLine`vulcan-ops fleet status ${run}`]);
  return new OpsError({ ...detail, unchanged: "Nothing more starts by this answer." });
}
