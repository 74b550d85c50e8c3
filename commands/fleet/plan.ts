import { resolve } from "node:path";
import { planFleet } from "../../src/app/fleet/plan-fleet.ts";
import { makePlanFolder, planFolder } from "../../src/app/fleet/plan-folder.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { printAnswer } from "../../src/cli/output.ts";
import { answerDisplayOptions, type ProcessContext } from "../../src/cli/process-context.ts";
import { OUTPUT_OPTIONS, STATE_OPTIONS, TARGET_OPTIONS } from "../../src/cli/shared-options.ts";
import { commandLine, option } from "../../src/domain/command-line.ts";
import { guardError, type OpsError, usageError } from "../../src/domain/error.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";
import { counted } from "../../src/domain/finding.ts";
import type { WaveRefusal } from "../../src/domain/fleet/compose-plan.ts";
import type { FleetPlan } from "../../src/domain/fleet/fleet-plan.ts";
import { renderFleetPlan } from "../../src/ui/render/fleet-plan.ts";

export const fleetPlan = defineCommand({
  name: "fleet plan",
  describe: "Plan each target of a fleet file: what changes where, what is blocked, how long, what it costs",
  options: {
    file: {
      type: "string",
      positional: "optional",
      value: "FILE",
      example: "revert.yaml",
      completes: ["path"],
      describe: "Fleet file: runbook, inputs, targets, waves, window",
    },
    out: {
      type: "string",
      alias: "o",
      value: "DIR",
      completes: ["path"],
      describe: "Keep the plan of each target in this new folder",
    },
    "without-blocked": { type: "boolean", describe: "With -o: leave targets out that are blocked, and keep the rest" },
    "rest-of": {
      type: "string",
      value: "RUN",
      describe: "Leave targets out that are done in this earlier run, which is over",
    },
    run: {
      type: "string",
      value: "NAME",
      group: "Advanced",
      describe: "Name of the run (default: the file's, with a random end)",
    },
    profile: TARGET_OPTIONS.profile,
    ...OUTPUT_OPTIONS,
    ...STATE_OPTIONS,
  },
  examples: [
    ["vulcan-ops fleet plan revert.yaml", "one screen; send nothing"],
    ["vulcan-ops fleet plan revert.yaml -o plans", "keep the plans; exit 11 while a target is blocked"],
  ],
  async run(options, context) {
    const { file, out, run, restOf, stateDir, profile } = options;
    if (file === undefined)
      throw usageError("usage", "something is missing: vulcan-ops fleet plan FILE", ["vulcan-ops fleet plan --help"]);
    const folder = out === undefined ? undefined : resolve(context.cwd, out);
    if (folder !== undefined) makePlanFolder(folder);
    const { plan, place, refusals, keep } = await planFleet(
      { file, run, restOf, stateDir, profile },
      context,
      teller(context),
    );
    const again = commandLine`vulcan-ops fleet plan ${file} -o DIR --without-blocked ${restWords(restOf)}`;
    const failure = failureOf(again, plan, refusals, options.withoutBlocked);
    const next =
      failure === undefined && out === undefined
        ? commandLine`vulcan-ops fleet plan ${file} -o plans ${restWords(restOf)}`
        : undefined;
    printAnswer(options, context, {
      data: plan,
      failure,
      text: () => `${renderFleetPlan(plan, { place, refusals, next }, answerDisplayOptions(context))}\n`,
    });
    if (failure !== undefined) throw failure;
    if (folder !== undefined && out !== undefined) {
      await keep(planFolder(folder));
      const count = plan.waves.reduce((sum, { targets }) => sum + targets.length, 0);
      context.note(`Kept: ${counted(count, "plan")} in ${out}, and the fleet's own in fleet.plan.json.`);
      if (count > 0) context.note(commandLine`To start it: vulcan-ops fleet start ${out}`);
    }
    return EXIT.done;
  },
});

const restWords = (run: string | undefined) => (run === undefined ? [] : option("rest-of", run));

/** Every twentieth target: planning takes minutes where many share an account. */
function teller(context: ProcessContext) {
  return (done: number, of: number): void => {
    if (done % 20 === 0 && done < of) context.note(`Planned ${done} of ${of} targets …`);
  };
}

function failureOf(
  withoutBlocked: string,
  plan: FleetPlan,
  refusals: readonly WaveRefusal[],
  isWithoutBlocked: boolean,
): OpsError | undefined {
  const [refusal] = refusals;
  if (refusal !== undefined)
    return guardError(
      "fleet-too-fast",
      refusals.map(({ why }) => why).join("; "),
      refusals.map(({ wave, concurrency }) => `wave ${wave}: concurrency: ${concurrency}`),
    );
  if (plan.blocked.length === 0 || isWithoutBlocked) return undefined;
  return guardError(
    "fleet-blocked",
    `${counted(plan.blocked.length, "target")} blocked: ${plan.blocked[0]?.target}: ${plan.blocked[0]?.reason}`,
    [...(plan.blocked[0]?.next ?? []).slice(0, 1), ...(plan.waves.length > 0 ? [withoutBlocked] : [])],
  );
}
