import { worldToShow } from "../src/app/inspection/rehearsal-matrix.ts";
import { openDocument } from "../src/app/open-runbook.ts";
import { openTarget } from "../src/app/open-target.ts";
import { sandboxTarget, useSandboxEnvironment } from "../src/app/sandbox/sandbox-environment.ts";
import { shellCliNote } from "../src/app/sandbox/shell-cli.ts";
import { startWorld } from "../src/app/sandbox/start-world.ts";
import { readStatus } from "../src/app/status/read.ts";
import { defineCommand } from "../src/cli/command.ts";
import type { OptionsOf } from "../src/cli/options.ts";
import { isInteractive, isTextOutput } from "../src/cli/output.ts";
import { displayOptions } from "../src/cli/process-context.ts";
import {
  ANSWER_OPTIONS,
  DATABASE_OPTIONS,
  DRY_RUN_OPTIONS,
  EMERGENCY_OPTION,
  INPUT_OPTION,
  inputsOf,
  OUTPUT_OPTIONS,
  REASON_OPTION,
  STATE_OPTIONS,
  WORLD_OPTIONS,
} from "../src/cli/shared-options.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import type { Runbook } from "../src/domain/runbook.ts";
import { renderStatusScreen } from "../src/ui/render/status.ts";
import { carryOut } from "./run.ts";

const OPTIONS = {
  runbook: {
    type: "string",
    positional: "required",
    completes: ["runbook"],
    describe: "Runbook: name, path or its command",
  },
  ...WORLD_OPTIONS,
  ...INPUT_OPTION,
  ...DRY_RUN_OPTIONS,
  ...REASON_OPTION,
  ...EMERGENCY_OPTION,
  ...ANSWER_OPTIONS,
  ...DATABASE_OPTIONS,
  ...OUTPUT_OPTIONS,
  ...STATE_OPTIONS,
} as const;

export const rehearse = defineCommand({
  name: "rehearse",
  describe: "Run a runbook in a fresh sandbox: real requests, real PostgreSQL, no AWS account",
  options: OPTIONS,
  examples: [
    ["vulcan-ops rehearse scale-and-hold", "in the runbook's own world, with inputs that fit it"],
    ["vulcan-ops rehearse rollback-service --scenario bad-release", "practise the rollback of a bad release"],
  ],
  async run(options, context) {
    const { runbook: name = "" } = options;
    const document = await openDocument(name, { verb: "rehearse", cwd: context.cwd });
    const world = worldOf(options, document.runbook);
    const sandbox = await startWorld(world, (scenario) =>
      context.note(
        `Rehearsal: a sandbox on this machine, scenario ${scenario}${inputsText(world.inputs)}. No AWS account is touched.`,
      ),
    );
    const cli = await shellCliNote(context.env);
    if (cli !== undefined) context.note(cli);
    try {
      const inside = useSandboxEnvironment(sandbox.env, context, { announces: true });
      const pinned = sandboxTarget(sandbox.env, sandbox.loadBalancer);
      const target = await openTarget({ stateDir: options.stateDir }, inside, { pinned });
      const display = displayOptions(inside);
      const status = renderStatusScreen(await readStatus(target), display);
      if (isTextOutput(options) && display.quiet !== true) context.stderr.write(`${status}\n\n`);
      if (!isInteractive(options, context)) context.note(ANSWERS_ITSELF);
      const request = { document, inputs: world.inputs, command: `rehearse ${name}`, pinned };
      const code = await carryOut(request, options, inside, { autoAnswer: true });
      if (code !== EXIT.done && options.scenario === undefined) context.note(OTHER_WORLDS);
      context.note("Sandbox removed. For one that stays: vulcan-ops sandbox start");
      return code;
    } finally {
      await sandbox.stop();
    }
  },
});

/** For a runbook without a world: nothing is wrong in this one. */
const DEFAULT_SCENARIO = "healthy";

/** What is not said: the runbook's own world. Beside inputs that are given, only those that the runbook cannot do without. */
function worldOf(options: OptionsOf<typeof OPTIONS>, runbook: Runbook) {
  const given = inputsOf(options);
  const own = options.scenario === undefined ? worldToShow(runbook) : undefined;
  const isNeeded = (name: string): boolean => {
    const field = runbook.inputs[name];
    return field !== undefined && field.required !== false && field.default === undefined;
  };
  const known = Object.entries(own?.inputs ?? {});
  const taken = Object.keys(given).length === 0 ? known : known.filter(([name]) => isNeeded(name));
  return {
    ...options,
    scenario: options.scenario ?? own?.scenario ?? DEFAULT_SCENARIO,
    timing: options.timing.length > 0 ? options.timing : [...(own?.timings ?? [])],
    inputs: { ...Object.fromEntries(taken), ...given },
  };
}

function inputsText(inputs: Readonly<Record<string, string>>): string {
  const words = Object.entries(inputs).map(([name, value]) => `${name}=${value}`);
  return words.length === 0 ? "" : `, inputs ${words.join(" ")}`;
}

const OTHER_WORLDS = "Another world: --scenario NAME (list: vulcan-ops sandbox scenarios).";
const ANSWERS_ITSELF = "Sandbox: every question is answered with yes.";
