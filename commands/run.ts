import { runAs } from "../src/app/execution/run-as.ts";
import type { RunRequest } from "../src/app/execution/run-request.ts";
import { planRequest, runRunbook } from "../src/app/execution/run-runbook.ts";
import { readSavedRequest, type SavedRequest } from "../src/app/execution/saved-request.ts";
import { openDocument, shippedDocument } from "../src/app/open-runbook.ts";
import { type Command, defineCommand } from "../src/cli/command.ts";
import { type OptionSpecs, type OptionsOf, repeatOptions } from "../src/cli/options.ts";
import { operatorIo, printNote } from "../src/cli/output.ts";
import { printPlan } from "../src/cli/print-plan.ts";
import type { ProcessContext } from "../src/cli/process-context.ts";
import { exampleFor, inputsFrom, type RunbookCommand } from "../src/cli/runbook-command.ts";
import { EXEC_OPTIONS, INPUT_OPTION, inputsOf, RUN_OPTIONS } from "../src/cli/shared-options.ts";
import { commandLine } from "../src/domain/command-line.ts";
import { OpsError, usageError } from "../src/domain/error.ts";
import { EXIT, type ExitCode } from "../src/domain/exit-codes.ts";
import { executionIdIn, planReference, planReferenced } from "../src/domain/fleet/run-name.ts";

export const run = defineCommand({
  name: "run",
  describe: "Run any runbook, or a saved plan",
  options: {
    runbook: {
      type: "string",
      positional: "optional",
      completes: ["runbook"],
      describe: "Runbook: name, path or its command",
    },
    plan: {
      type: "string",
      value: "FILE",
      describe: "Run exactly the plan in this file (from plan -o), or nothing; plan:RUN/TARGET is of a fleet",
    },
    approval: {
      type: "string",
      value: "FILE",
      describe: "Another person's approval of that plan (from approve -o)",
    },
    as: {
      type: "string",
      value: "ID",
      describe: "With --plan: begin the execution ID, continue it, or say that it is done",
    },
    ...INPUT_OPTION,
    ...EXEC_OPTIONS,
    ...RUN_OPTIONS,
  },
  examples: [
    ["vulcan-ops run rollback-service --input to=42", "the same as rollback --to 42"],
    ["vulcan-ops run --plan revert.json", "what plan rollback-service -o revert.json has shown"],
    ["vulcan-ops run --plan up.json --approval ok.json", "a plan that another person has approved"],
    ["vulcan-ops run --plan revert.json --as job4711 --yes --confirm 42", "the same on every attempt of a pipeline"],
  ],
  async run(options, context) {
    const { plan, runbook } = options;
    if (plan === undefined && options.approval !== undefined)
      throw usageError("approval-alone", "--approval is of a saved plan: --plan FILE is missing", [
        commandLine`vulcan-ops run --plan FILE --approval ${options.approval}`,
      ]);
    if (plan === undefined && options.as !== undefined)
      throw usageError("as-alone", "--as names the execution of a saved plan: --plan FILE is missing", [
        commandLine`vulcan-ops run --plan FILE --as ${options.as}`,
      ]);
    if (plan === undefined) return carryOut(await namedRequest(options, context), options, context);
    const other = runbook === undefined ? options.input.length > 0 && "--input" : "the runbook";
    if (other)
      throw usageError("plan-alone", `--plan says everything: leave ${other} out`, [
        commandLine`vulcan-ops run --plan ${plan}`,
      ]);
    const reference = planReferenced(plan);
    if (reference !== undefined) return carryOutOfFleet(reference, options, context);
    const found = await readSavedRequest(plan, options, context, options.approval);
    if (options.as !== undefined) return carryOutAs(options.as, found, options, context);
    const { request, current } = found;
    return carryOut(request, { ...options, expectCurrent: options.expectCurrent ?? current }, context);
  },
});

type SavedOptions = OptionsOf<typeof RUN_OPTIONS> & {
  readonly approval?: string | undefined;
  readonly as?: string | undefined;
};

/** A plan of a fleet, in the table: its approval answers, and its execution has one id. */
async function carryOutOfFleet(
  named: { readonly run: string; readonly target: string },
  options: SavedOptions,
  context: ProcessContext,
): Promise<ExitCode> {
  const { readFleetRequest } = await import("../src/app/fleet/fleet-request.ts");
  const id = executionIdIn(named.run, named.target);
  const command = commandLine`vulcan-ops run --plan ${planReference(named.run, named.target)} --as ${id}`;
  if (options.approval !== undefined)
    throw usageError("approval-of-a-fleet", "--approval is of a plan in a file: leave it out", [command]);
  if (options.as === undefined && options.dryRun === undefined)
    throw usageError("as-missing", `--as is missing: the execution of this plan is ${id}`, [command]);
  const found = await readFleetRequest(named, options.as, options, context);
  const { target, reason } = found;
  const own = { ...options, target, reason: options.reason ?? reason };
  if (options.as !== undefined) return carryOutAs(options.as, found, own, context, found.approval !== undefined);
  return carryOut(found.request, own, context);
}

/** The saved plan says what is replaced: `--expect-current` need not. */
async function carryOutAs(
  id: string,
  found: SavedRequest,
  options: OptionsOf<typeof RUN_OPTIONS>,
  context: ProcessContext,
  isApproved = false,
): Promise<ExitCode> {
  if (options.dryRun !== undefined)
    throw usageError("as-dry-run", "--as begins or continues an execution: --dry-run has none", [
      "vulcan-ops run --plan FILE --dry-run",
    ]);
  const ran = await runAs(id, found, options, context, operatorIo(options, context, { isPlanned: true, isApproved }));
  if (ran.kind === "over") printNote(ran.text, options, context);
  return ran.exitCode;
}

async function namedRequest(
  { runbook = "", input }: { runbook?: string | undefined; input: readonly string[] },
  { cwd, note }: ProcessContext,
) {
  if (runbook === "")
    throw usageError("usage", "something is missing: vulcan-ops run RUNBOOK", ["vulcan-ops run --help"]);
  const document = await openDocument(runbook, { verb: "run", cwd });
  if (document.source.includes("/") && !/\.ya?ml$/.test(runbook)) note(`Runbook: ${document.source}`);
  return { document, inputs: inputsOf({ input }), command: `run ${runbook}` };
}

/** Plans or runs the request, and returns the exit code. `autoAnswer`: the target is a sandbox. */
export async function carryOut(
  request: RunRequest,
  options: Omit<OptionsOf<typeof RUN_OPTIONS>, "target" | "profile" | "region">,
  context: ProcessContext,
  how: { readonly autoAnswer?: boolean } = {},
): Promise<ExitCode> {
  const openIo = operatorIo(options, context, how);
  if (options.dryRun === undefined) return (await runRunbook(request, options, context, openIo)).outcome.exitCode;
  const { plan, now, failure } = await planRequest(request, options, context, openIo);
  const code = printPlan(plan, now, options, context);
  if (failure !== undefined) throw failure;
  return code;
}

/** A command that runs one fixed runbook. */
export function runbookCommand(own: RunbookCommand): Command {
  const { name, describe, runbook, examples = [], nothingToDo } = own;
  const options = { ...own.options, ...RUN_OPTIONS } as OptionSpecs & typeof RUN_OPTIONS;
  return defineCommand({
    name,
    describe: `${describe} (runbooks/${runbook}.yaml)`,
    options,
    examples,
    async run(given, context) {
      const other = own.instead?.(given, context);
      if (other !== undefined) return other;
      const inputs = own.inputsOf === undefined ? inputsFrom(options, given) : await own.inputsOf(given, context);
      if (inputs === undefined) return EXIT.declined;
      const request = {
        document: shippedDocument(runbook),
        inputs,
        command: commandLine`${name.split(" ")} ${repeatOptions(own.options, given)}`,
        exampleOf: (input: string) => exampleFor(own, input, given),
      };
      return carryOut(request, given, context).catch((error: unknown) => {
        if (nothingToDo === undefined || !(error instanceof OpsError) || error.detail.code !== nothingToDo) throw error;
        context.stderr.write(`Nothing to do: ${error.message}.\n`);
        return EXIT.done;
      });
    },
  });
}
