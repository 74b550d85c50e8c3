import { appendFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { usageError } from "../src/domain/error.ts";
import { EXIT, type ExitCode } from "../src/domain/exit.ts";
import { DEPTHS, type Depth, type Inspection, remarksOf, worstOf } from "../src/domain/inspection.ts";
import { lookOf } from "../src/ui/style.ts";
import { createClock } from "./clock.ts";
import type { Command } from "./command.ts";
import type { Context } from "./context.ts";
import { OUTPUT_FLAGS, TARGET_FLAGS } from "./flags.ts";
import { type Given, isSet, listOf, textOf } from "./given.ts";
import { type Read, readRunbooks } from "./inspect/offline.ts";
import { INPUT_FLAG } from "./run.ts";
import { writeAnswer } from "./surface.ts";
import { isInWorkflow, sendCommands } from "./workflow-log.ts";

export const plan: Command = {
  usage: "plan [runbooks..]",
  describe: "Look at runbooks without changing anything: their text, in a sandbox, or against a target",
  flags: {
    all: { type: "boolean", describe: "Every runbook: those in ./runbooks, and the shipped ones" },
    "dry-run": { type: "string", describe: "How far: offline, sandbox, read (default), or several with commas" },
    junit: { type: "string", describe: "Write the findings to this file as JUnit XML, too" },
    "detailed-exitcode": { type: "boolean", describe: "Exit 2 where nothing is wrong but something has drifted" },
    ...INPUT_FLAG,
    ...TARGET_FLAGS,
    ...OUTPUT_FLAGS,
  },
  examples: [["vulcan-ops plan --all --dry-run=offline", "no credentials: every runbook's text, exit 6 where wrong"]],
  async run(given, context) {
    const depths = depthsOf(given);
    const runbooks = await readRunbooks(listOf(given, "runbooks"), isSet(given, "all"), context.cwd);
    return conclude(await inspect(runbooks, depths), given, context);
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

async function inspect(runbooks: readonly Read[], depths: readonly Depth[]): Promise<Inspection> {
  return { schemaVersion: 1, depths, runbooks: runbooks.map(({ inspected }) => inspected) };
}

/** Tells everybody who is to know, each in its own form. */
async function conclude(inspection: Inspection, given: Given, context: Context): Promise<ExitCode> {
  const code = codeOf(inspection, isSet(given, "detailed-exitcode"));
  const junit = textOf(given, "junit");
  if (junit !== undefined) {
    const { junitOf } = await import("../src/ui/junit.ts");
    write(junit, junitOf(inspection, createClock({}).now(), hostname()));
  }
  if (isInWorkflow(context)) await annotate(inspection, code, context);
  const { renderInspection } = await import("../src/ui/render-inspection.ts");
  const { schemaVersion, depths, runbooks, target } = inspection;
  writeAnswer(given, context, {
    data: { ...inspection, exitCode: code },
    lines: [{ schemaVersion, depths, exitCode: code }, ...runbooks, ...(target === undefined ? [] : [target])],
    text: () => `${renderInspection(inspection, code, lookOf(context.stdout, context.env))}\n`,
  });
  return code;
}

function codeOf(inspection: Inspection, isDetailed: boolean): ExitCode {
  const worst = worstOf(remarksOf(inspection));
  if (worst === "error") return EXIT.usage;
  return worst === "warning" && isDetailed ? EXIT.changes : EXIT.done;
}

async function annotate(inspection: Inspection, code: ExitCode, context: Context): Promise<void> {
  const { annotationsOf, summaryOf } = await import("../src/ui/workflow.ts");
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
