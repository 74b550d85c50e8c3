import { appendFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { createClock } from "../src/app/clock.ts";
import { type Read, readRunbooks } from "../src/app/inspection/offline.ts";
import { endpointOf } from "../src/app/target/endpoint-override.ts";
import { openSite } from "../src/app/target/open.ts";
import type { Command } from "../src/cli/command.ts";
import { OUTPUT_FLAGS, STATE_FLAGS, TARGET_FLAGS } from "../src/cli/flags.ts";
import { isInWorkflow, sendCommands } from "../src/cli/github-actions-log.ts";
import { type Given, isSet, listOf, textOf } from "../src/cli/options.ts";
import { remark, writeAnswer } from "../src/cli/output.ts";
import type { Context } from "../src/cli/process-context.ts";
import { commandLine } from "../src/domain/command-line.ts";
import { usageError } from "../src/domain/error.ts";
import { EXIT, type ExitCode } from "../src/domain/exit-codes.ts";
import {
  DEPTHS,
  type Depth,
  type InspectedRunbook,
  type Inspection,
  remarksOf,
  worstOf,
} from "../src/domain/inspection.ts";
import { lookOf } from "../src/ui/text/style.ts";
import { SANDBOX_FLAGS } from "./rehearse.ts";
import { INPUT_FLAG, inputsOf } from "./run.ts";

export const plan: Command = {
  usage: "plan [runbooks..]",
  describe: "Look at runbooks without changing anything: their text, in a sandbox, or against a target",
  flags: {
    all: { type: "boolean", describe: "Every runbook: those in ./runbooks, and the shipped ones" },
    "dry-run": { type: "string", describe: "How far: offline, sandbox, read (default), or several with commas" },
    out: { type: "string", alias: "o", describe: "Save the plan of the one runbook to this file, for run --plan" },
    junit: { type: "string", describe: "Write the findings to this file as JUnit XML, too" },
    scenario: SANDBOX_FLAGS.scenario,
    seed: SANDBOX_FLAGS.seed,
    timing: SANDBOX_FLAGS.timing,
    "detailed-exitcode": { type: "boolean", describe: "Exit 2 where nothing is wrong but something has drifted" },
    ...INPUT_FLAG,
    ...TARGET_FLAGS,
    ...OUTPUT_FLAGS,
    ...STATE_FLAGS,
  },
  examples: [
    ["vulcan-ops plan rollback-service -o revert.json", "show a plan and keep it: run --plan revert.json"],
    ["vulcan-ops plan --all --dry-run=offline", "no credentials: every runbook's text, exit 6 where wrong"],
  ],
  async run(given, context) {
    const depths = depthsOf(given);
    const runbooks = await readRunbooks(listOf(given, "runbooks"), isSet(given, "all"), context.cwd);
    if (textOf(given, "out") !== undefined) return saveOne(runbooks, depths, given, context);
    const inspection = await inspect(runbooks, depths, given, context);
    // What was cut short says nothing of the runbooks.
    if (context.stop.aborted) return context.stop.reason as ExitCode;
    return conclude(inspection, given, context);
  },
};

/** In the order in which they are worth doing, whatever order they were typed in. */
function depthsOf(given: Given): readonly Depth[] {
  const words = (textOf(given, "dry-run") ?? "read").split(",");
  const wrong = words.find((word) => !DEPTHS.some((depth) => depth === word));
  if (wrong === undefined) return DEPTHS.filter((depth) => words.includes(depth));
  throw usageError("dry-run-level", `--dry-run takes ${DEPTHS.join(", ")}, not ${JSON.stringify(wrong)}`, [
    "vulcan-ops plan --all --dry-run=offline",
  ]);
}

async function inspect(
  runbooks: readonly Read[],
  depths: readonly Depth[],
  given: Given,
  context: Context,
): Promise<Inspection> {
  const rehearsed = depths.includes("sandbox") ? await rehearse(runbooks, given, context) : runbooks;
  const texts = { schemaVersion: 1, depths, runbooks: rehearsed.map(({ inspected }) => inspected) } as const;
  if (!depths.includes("read")) return texts;
  const [{ lookForDrift }, { planAgainst }] = await Promise.all([
    import("../src/app/inspection/drift.ts"),
    import("../src/app/inspection/target.ts"),
  ]);
  const site = await openSite(given, context, undefined, "reading");
  const target = await lookForDrift(site, given, context);
  const planned: InspectedRunbook[] = [];
  // One after another: each plans from a picture of its own, and the account's share of the API is not ours alone.
  for (const runbook of rehearsed) planned.push(await planAgainst(site, runbook, inputsOf(given)));
  return { ...texts, runbooks: planned, target };
}

/** Every runbook that can be read, in every world that is worth it. */
async function rehearse(runbooks: readonly Read[], given: Given, context: Context): Promise<readonly Read[]> {
  const { rehearseEach } = await import("../src/app/inspection/rehearse-runbooks.ts");
  return rehearseEach(runbooks, given, context);
}

/** Plans the one runbook and keeps the plan; what blocks it, or keeps it from being made, is said as by any run. */
async function saveOne(
  [runbook, ...others]: readonly Read[],
  depths: readonly Depth[],
  given: Given,
  context: Context,
): Promise<ExitCode> {
  const path = textOf(given, "out") ?? "";
  if (runbook === undefined || others.length > 0 || depths.join() !== "read") {
    throw usageError("plan-one", "-o keeps the plan of one runbook, made by reads", [
      "vulcan-ops plan RUNBOOK -o FILE",
    ]);
  }
  if (runbook.document === undefined)
    return conclude(await inspect([runbook], ["offline"], given, context), given, context);
  const [{ planOf }, { savePlan }, { showDry }] = await Promise.all([
    import("../src/app/inspection/target.ts"),
    import("../src/app/execution/saved-plan.ts"),
    import("../src/app/execution/run-runbook.ts"),
  ]);
  const site = await openSite(given, context, undefined, "reading");
  const plan = await planOf(site, runbook.document, inputsOf(given));
  const code = showDry(plan, given, context, site);
  if (code === EXIT.guarded) return code;
  savePlan(path, plan, runbook.document, endpointOf(context.env));
  remark(commandLine`Kept. To carry out exactly this, or nothing: vulcan-ops run --plan ${path}`, given, context);
  return code;
}

/** Tells everybody who is to know, each in its own form. */
async function conclude(inspection: Inspection, given: Given, context: Context): Promise<ExitCode> {
  const code = codeOf(inspection, isSet(given, "detailed-exitcode"));
  const junit = textOf(given, "junit");
  if (junit !== undefined) {
    const { junitOf } = await import("../src/ui/ci/junit.ts");
    write(junit, junitOf(inspection, createClock({}).now(), hostname()));
  }
  if (isInWorkflow(context)) await annotate(inspection, code, context);
  const [{ renderInspection }, above] = await Promise.all([
    import("../src/ui/render/inspection.ts"),
    planAbove(inspection, context),
  ]);
  const { schemaVersion, depths, runbooks, target } = inspection;
  writeAnswer(given, context, {
    data: { ...inspection, exitCode: code },
    lines: [{ schemaVersion, depths, exitCode: code }, ...runbooks, ...(target === undefined ? [] : [target])],
    text: () => `${above}${renderInspection(inspection, code, lookOf(context.stdout, context.env))}\n`,
  });
  return code;
}

/** Of one runbook its plan is shown as any dry run shows it. */
async function planAbove({ runbooks: [only, ...others] }: Inspection, context: Context): Promise<string> {
  if (only?.plan === undefined || others.length > 0) return "";
  const { renderPlan } = await import("../src/ui/render/plan.ts");
  return `${renderPlan(only.plan, lookOf(context.stdout, context.env), Date.parse(only.plan.at))}\n\n`;
}

function codeOf(inspection: Inspection, isDetailed: boolean): ExitCode {
  const worst = worstOf(remarksOf(inspection));
  if (worst === "error") return EXIT.usage;
  return worst === "warning" && isDetailed ? EXIT.changes : EXIT.done;
}

async function annotate(inspection: Inspection, code: ExitCode, context: Context): Promise<void> {
  const { annotationsOf, summaryOf } = await import("../src/ui/ci/github-actions.ts");
  sendCommands(annotationsOf(inspection, context.env.GITHUB_WORKSPACE ?? ""), context);
  const summary = context.env.GITHUB_STEP_SUMMARY ?? "";
  if (summary !== "") appendFileSync(summary, summaryOf(inspection, code));
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? "unknown";
    throw usageError("file-unwritable", `${JSON.stringify(path)} cannot be written (${why})`);
  }
}
