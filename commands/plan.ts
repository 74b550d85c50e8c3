import { appendFileSync } from "node:fs";
import { hostname } from "node:os";
import { planAndSave } from "../src/app/execution/save-plan.ts";
import { type Inspected, inspect } from "../src/app/inspection/inspect.ts";
import { readRunbooks } from "../src/app/inspection/offline.ts";
import { readPrepared } from "../src/app/prepared.ts";
import { defineCommand } from "../src/cli/command.ts";
import { isInWorkflow, sendCommands } from "../src/cli/github-actions-log.ts";
import type { OptionsOf } from "../src/cli/options.ts";
import { printAnswer } from "../src/cli/output.ts";
import { printPlan } from "../src/cli/print-plan.ts";
import { answerDisplayOptions, type ProcessContext } from "../src/cli/process-context.ts";
import {
  INPUT_OPTION,
  inputsOf,
  OUTPUT_OPTIONS,
  STATE_OPTIONS,
  TARGET_OPTIONS,
  WORLD_OPTIONS,
} from "../src/cli/shared-options.ts";
import { writeReport } from "../src/cli/write-report.ts";
import { commandLine } from "../src/domain/command-line.ts";
import { OpsError, usageError } from "../src/domain/error.ts";
import { EXIT, type ExitCode, stopCode } from "../src/domain/exit-codes.ts";
import { DEPTHS, type Depth, type Inspection, inspectionFindings, worstSeverity } from "../src/domain/inspection.ts";
import type { Plan } from "../src/domain/plan.ts";
import { parseDuration, parseInstant } from "../src/domain/time.ts";

const OPTIONS = {
  runbooks: { type: "list", positional: "optional", value: "RUNBOOK", describe: "Names, files or folders" },
  all: { type: "boolean", describe: "Every runbook: ./runbooks and the shipped ones" },
  "dry-run": {
    type: "string",
    value: "=DEPTH",
    suggests: ["offline", "sandbox", "read"],
    describe: "How far: offline, sandbox, read (default), or several with commas",
  },
  out: {
    type: "string",
    alias: "o",
    value: "FILE",
    describe: "Save the plan of the one runbook to this file, for run --plan",
  },
  junit: {
    type: "string",
    value: "FILE",
    group: "Output",
    describe: "Write the findings to this file as JUnit XML, too",
  },
  "valid-from": {
    type: "string",
    value: "TIME",
    group: "Advanced",
    describe: "With -o: it begins no sooner, as in 2026-04-10T02:00:00Z (default: now)",
  },
  "valid-for": {
    type: "string",
    value: "DURATION",
    group: "Advanced",
    describe: "With -o: how long after that it may begin, 1m to 90d (default: 7d)",
  },
  scenario: WORLD_OPTIONS.scenario,
  seed: WORLD_OPTIONS.seed,
  timing: WORLD_OPTIONS.timing,
  "detailed-exitcode": {
    type: "boolean",
    group: "Advanced",
    describe: "Exit 2 if nothing is wrong but something has drifted",
  },
  ...INPUT_OPTION,
  ...TARGET_OPTIONS,
  output: {
    ...OUTPUT_OPTIONS.output,
    choices: ["text", "json", "ndjson", "markdown"],
    describe: "What stdout carries (default: text); markdown: one plan, for a change board",
  },
  ...STATE_OPTIONS,
} as const;

type AnyOptions = OptionsOf<typeof OPTIONS>;

/** Without the form of a document, which one plan alone has. */
type PlanOptions = Omit<AnyOptions, "output"> & { readonly output: Exclude<AnyOptions["output"], "markdown"> };

export const plan = defineCommand({
  name: "plan",
  describe: "Plan runbooks and change nothing: by their text, in a sandbox, or on a target",
  options: OPTIONS,
  examples: [
    ["vulcan-ops plan rollback-service -o revert.json", "show a plan and keep it: run --plan revert.json"],
    ["vulcan-ops plan upgrade-service --input to=43 --output markdown", "the document for a change board"],
    ["vulcan-ops plan --all --dry-run=offline", "no credentials: every runbook's text, exit 6 where wrong"],
  ],
  async run(options, context) {
    const depths = depthsOf(options.dryRun);
    const inputs = inputsOf(options);
    const runbooks = await readRunbooks(options.runbooks, options.all, context.cwd);
    const [only, ...others] = runbooks;
    const isOne = options.out !== undefined || options.output === "markdown";
    if (isOne) {
      if (only === undefined || others.length > 0 || depths.join() !== "read") throw onlyOne(options);
      if (only.document !== undefined) return planOne(only.document, options, context);
    }
    const inspected = await inspect(runbooks, isOne ? ["offline"] : depths, inputs, options, context);
    // An interrupted inspection says nothing about the runbooks.
    if (context.stop.aborted) return stopCode(context.stop);
    return report(inspected, asPlain(options), context);
  },
});

/** The depths in the order of DEPTHS, whatever order the operator typed. */
function depthsOf(dryRun = "read"): readonly Depth[] {
  const words = dryRun.split(",");
  const wrong = words.find((word) => !DEPTHS.some((depth) => depth === word));
  if (wrong === undefined) return DEPTHS.filter((depth) => words.includes(depth));
  throw usageError("dry-run-level", `--dry-run takes ${DEPTHS.join(", ")}, not ${JSON.stringify(wrong)}`, [
    "vulcan-ops plan --all --dry-run=offline",
  ]);
}

function onlyOne({ out }: AnyOptions): Error {
  const [what, next] =
    out === undefined
      ? ["--output markdown prints", "vulcan-ops plan RUNBOOK --output markdown"]
      : ["-o keeps", "vulcan-ops plan RUNBOOK -o FILE"];
  return usageError("plan-one", `${what} the plan of one runbook, made by reads`, [next]);
}

const asPlain = ({ output, ...options }: AnyOptions): PlanOptions => ({
  ...options,
  output: output === "markdown" ? undefined : output,
});

/** Plans the one runbook; saves the plan if that is asked for and it is not blocked. Reports blocks as any run does. */
async function planOne(
  document: Parameters<typeof planAndSave>[0],
  options: AnyOptions,
  context: ProcessContext,
): Promise<ExitCode> {
  const { out: path } = options;
  const { plan, now, digest, validity, save } = await planAndSave(
    document,
    inputsOf(options),
    options,
    context,
    validityOf(options),
  );
  const text = options.output === "markdown" ? await documentOf(plan, { digest, path, ...validity }) : undefined;
  const code = printPlan(plan, now, asPlain(options), context, text);
  if (code === EXIT.guarded || path === undefined) return code;
  save(path);
  if (plan.target.requireApproval === true)
    context.note(commandLine`Another person approves it: vulcan-ops approve ${path} -o FILE`);
  context.note(commandLine`Kept. To carry out exactly this, or nothing: vulcan-ops run --plan ${path}`);
  return code;
}

const USUAL_DAYS = 7;
const MOST_DAYS = 90;

/** When the kept plan may begin, from a clock's epoch ms. Usage error for anything but a time and a duration. */
function validityOf({ validFrom, validFor }: AnyOptions) {
  const seconds = validFor === undefined ? USUAL_DAYS * 86_400 : parseDuration(validFor);
  if (seconds === undefined || seconds < 60 || seconds > MOST_DAYS * 86_400)
    throw usageError("valid-for", `--valid-for takes 1m to ${MOST_DAYS}d, not ${JSON.stringify(validFor)}`, [
      "vulcan-ops plan RUNBOOK -o FILE --valid-for 3d",
    ]);
  return (now: number) => {
    const from = validFrom === undefined ? new Date(now).toISOString() : parseInstant(validFrom, now);
    if (from === undefined)
      throw usageError("valid-from", `--valid-from takes a time with its offset, not ${JSON.stringify(validFrom)}`, [
        "vulcan-ops plan RUNBOOK -o FILE --valid-from 2026-04-10T02:00:00Z",
      ]);
    return { validFrom: from, validUntil: new Date(Date.parse(from) + seconds * 1000).toISOString() };
  };
}

async function documentOf(
  plan: Plan,
  kept: { readonly digest: string; readonly path: string | undefined; readonly validFrom?: string },
): Promise<string> {
  const { planDocument } = await import("../src/ui/render/plan-document.ts");
  return planDocument(plan, { ...kept, version: readPrepared().version });
}

/** Reports to JUnit, GitHub Actions and the terminal, each in its own form. */
async function report(
  { inspection, at, failure }: Inspected,
  options: PlanOptions,
  context: ProcessContext,
): Promise<ExitCode> {
  const code = codeOf(inspection, failure, options.detailedExitcode);
  if (options.junit !== undefined) {
    const { junitOf, suitesOfInspection } = await import("../src/ui/ci/junit.ts");
    writeReport(options.junit, junitOf(suitesOfInspection(inspection), at, hostname()));
  }
  if (isInWorkflow(context)) await annotate(inspection, code, context);
  const [{ renderInspection }, above] = await Promise.all([
    import("../src/ui/render/inspection.ts"),
    planAbove(inspection, context),
  ]);
  const { schemaVersion, depths, runbooks, target } = inspection;
  // What is wrong in a text is the first thing to mend; it is in the report, as what could not be done is.
  const thrown = isWrong(inspection) ? undefined : failure;
  printAnswer(options, context, {
    failure: thrown,
    data: { ...inspection, exitCode: code },
    lines: [{ schemaVersion, depths, exitCode: code }, ...runbooks, ...(target === undefined ? [] : [target])],
    text: () => `${above}${renderInspection(inspection, code, answerDisplayOptions(context))}\n`,
  });
  if (thrown !== undefined) throw thrown;
  return code;
}

/** If there is only one runbook, show its plan as any dry run shows it. */
async function planAbove({ runbooks: [only, ...others] }: Inspection, context: ProcessContext): Promise<string> {
  if (only?.plan === undefined || others.length > 0) return "";
  const { planText } = await import("../src/cli/plan-text.ts");
  return `${planText(only.plan, answerDisplayOptions(context), Date.parse(only.plan.at))}\n\n`;
}

const isWrong = (inspection: Inspection): boolean => worstSeverity(inspectionFindings(inspection)) === "error";

function codeOf(inspection: Inspection, failure: Error | undefined, isDetailed: boolean): ExitCode {
  if (isWrong(inspection)) return EXIT.usage;
  if (failure !== undefined) return failure instanceof OpsError ? failure.exitCode : EXIT.failed;
  const worst = worstSeverity(inspectionFindings(inspection));
  return worst === "warning" && isDetailed ? EXIT.changes : EXIT.done;
}

async function annotate(inspection: Inspection, code: ExitCode, context: ProcessContext): Promise<void> {
  const { annotationsOf, summaryOf } = await import("../src/ui/ci/github-actions.ts");
  sendCommands(annotationsOf(inspectionFindings(inspection), context.env.GITHUB_WORKSPACE ?? ""), context);
  const summary = context.env.GITHUB_STEP_SUMMARY ?? "";
  if (summary !== "") appendFileSync(summary, summaryOf(inspection, code));
}
