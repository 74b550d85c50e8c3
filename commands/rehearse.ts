import { openDocument } from "../src/app/open-runbook.ts";
import { openTarget } from "../src/app/open-target.ts";
import { sandboxTarget, useSandboxEnvironment } from "../src/app/sandbox/sandbox-environment.ts";
import { shellCliNote } from "../src/app/sandbox/shell-cli.ts";
import { startWorld } from "../src/app/sandbox/start-world.ts";
import { readStatus } from "../src/app/status/read.ts";
import { defineCommand } from "../src/cli/command.ts";
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
import { renderStatusScreen } from "../src/ui/render/status.ts";
import { carryOut } from "./run.ts";

export const rehearse = defineCommand({
  name: "rehearse",
  describe: "Run a runbook in a fresh sandbox: real requests, real PostgreSQL, no AWS account",
  options: {
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
  },
  examples: [["vulcan-ops rehearse rollback-service --scenario bad-release", "practise the rollback of a bad release"]],
  async run(options, context) {
    const { runbook: name = "" } = options;
    const document = await openDocument(name, { verb: "rehearse", cwd: context.cwd });
    const sandbox = await startWorld(options, (scenario) =>
      context.note(`Rehearsal: a sandbox on this machine, scenario ${scenario}. No AWS account is touched.`),
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
      const request = { document, inputs: inputsOf(options), command: `rehearse ${name}`, pinned };
      const code = await carryOut(request, options, inside, { autoAnswer: true });
      context.note("Sandbox removed. For one that stays: vulcan-ops sandbox start");
      return code;
    } finally {
      await sandbox.stop();
    }
  },
});

const ANSWERS_ITSELF = "Sandbox: every question is answered with yes.";
