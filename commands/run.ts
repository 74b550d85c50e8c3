import { perform } from "../src/app/execution/run-runbook.ts";
import { readSavedPlan } from "../src/app/execution/saved-plan.ts";
import { openDocument, readDocument } from "../src/app/open-runbook.ts";
import { endpointOf } from "../src/app/target/endpoint-override.ts";
import type { Command } from "../src/cli/command.ts";
import { EXEC_FLAGS, RUN_FLAGS } from "../src/cli/flags.ts";
import { type Given, listOf, textOf } from "../src/cli/options.ts";
import type { Context } from "../src/cli/process-context.ts";
import { commandLine } from "../src/domain/command-line.ts";
import { guardError, usageError } from "../src/domain/error.ts";
import type { ExitCode } from "../src/domain/exit-codes.ts";

export const INPUT_FLAG = { input: { type: "array", describe: "An input of the runbook, as name=value" } } as const;

export const run: Command = {
  usage: "run [runbook]",
  describe: "Run any runbook, by name or by path, or a plan that was saved",
  flags: {
    plan: { type: "string", describe: "Carry out exactly the plan in this file (made by plan -o), or nothing" },
    ...INPUT_FLAG,
    ...EXEC_FLAGS,
    ...RUN_FLAGS,
  },
  examples: [
    ["vulcan-ops run rollback-service --input to=42", "the same as rollback --to 42"],
    ["vulcan-ops run --plan revert.json", "what plan rollback-service -o revert.json has shown"],
  ],
  async run(given, context) {
    const name = textOf(given, "runbook") ?? "";
    const file = textOf(given, "plan");
    if (file !== undefined) return runSaved(file, given, context);
    if (name === "")
      throw usageError("usage", "something is missing: vulcan-ops run <runbook>", ["vulcan-ops run --help"]);
    const document = await openDocument(name);
    return perform({ document, inputs: inputsOf(given), command: `run ${name}` }, given, context);
  },
};

/** Its runbook and inputs are those of the plan; the target is named as it was then, and has to be the same. */
async function runSaved(file: string, given: Given, context: Context): Promise<ExitCode> {
  const other = ["runbook", "input"].find((name) => given[name] !== undefined);
  if (other !== undefined) {
    throw usageError(
      "plan-alone",
      `--plan says everything: leave ${other === "runbook" ? "the runbook" : `--${other}`} out`,
      [commandLine`vulcan-ops run --plan ${file}`],
    );
  }
  const { plan, text, endpoint } = readSavedPlan(file);
  const here = endpointOf(context.env);
  if (endpoint !== here) {
    const name = (where: string | undefined) => where ?? "AWS itself";
    throw guardError("other-world", `this plan was made of ${name(endpoint)}, and this shell points at ${name(here)}`);
  }
  const document = await readDocument(text, plan.runbook.source);
  const current = [...plan.steps].find((step) => step.current !== undefined)?.current;
  const expected = { ...(current !== undefined && { "expect-current": current }), ...given };
  const command = commandLine`run --plan ${file}`;
  return perform({ document, inputs: plan.inputs, command, saved: plan }, expected, context);
}

/** `--input to=42 --input x=y` → a record; the runbook says what each has to be. */
export function inputsOf(given: Given): Record<string, string> {
  const pairs = listOf(given, "input").map((text) => {
    const at = text.indexOf("=");
    if (at < 1) throw usageError("input-malformed", `--input wants name=value, not ${JSON.stringify(text)}`);
    return [text.slice(0, at), text.slice(at + 1)] as const;
  });
  const names = pairs.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw usageError("input-twice", `--input ${twice}=… is given twice`);
  return Object.fromEntries(pairs);
}
