import { hostname } from "node:os";
import { type Linted, lint as lintMigrations, lintTool } from "../src/app/lint.ts";
import { defineCommand } from "../src/cli/command.ts";
import { isInWorkflow, sendCommands } from "../src/cli/github-actions-log.ts";
import { SCHEMA_OPTION, SOURCE_OPTIONS } from "../src/cli/migration-options.ts";
import type { OptionsOf } from "../src/cli/options.ts";
import { printAnswer } from "../src/cli/output.ts";
import { answerDisplayOptions, type ProcessContext } from "../src/cli/process-context.ts";
import { DATABASE_OPTIONS, OUTPUT_OPTIONS, TARGET_OPTIONS } from "../src/cli/shared-options.ts";
import { writeReport } from "../src/cli/write-report.ts";
import { stopCode } from "../src/domain/exit-codes.ts";
import { lintExitCode, lintFindings } from "../src/domain/lint.ts";
import { renderLint } from "../src/ui/render/lint.ts";

/** Here no target is the default: without one, nothing leaves this machine. */
const TARGET = {
  ...TARGET_OPTIONS,
  target: {
    ...TARGET_OPTIONS.target,
    describe: "Judge what is pending on this target, by its schema, rows, queries and health checks; reads only",
  },
} as const;

const OPTIONS = {
  ...SOURCE_OPTIONS,
  from: {
    type: "string",
    value: "VERSION",
    describe:
      "Judge from this migration on; run the ones before it only (default: all; with --target, what is pending)",
  },
  ...SCHEMA_OPTION,
  strict: { type: "boolean", describe: "Warnings stop, too (exit 11)" },
  junit: { type: "string", value: "FILE", group: "Output", describe: "Write the findings as JUnit XML, too" },
  sarif: { type: "string", value: "FILE", group: "Output", describe: "Write the findings as SARIF 2.1.0, too" },
  ...TARGET,
  ...DATABASE_OPTIONS,
  ...OUTPUT_OPTIONS,
} as const;

export const lint = defineCommand({
  name: "lint",
  describe: "Run migrations on a throw-away PostgreSQL, and say which ones must not ship",
  options: OPTIONS,
  examples: [
    ["vulcan-ops lint migrations.go --postgres 16", "every migration, on the major of the real server"],
    ["vulcan-ops lint --target vulcan-prod", "what is pending there, by its rows, its queries and its health checks"],
    ["vulcan-ops lint --from 8 --sarif lint.sarif", "in a pipeline: the new ones; exit 11 if one must not ship"],
  ],
  async run(options, context) {
    const linted = await lintMigrations(options, context.cwd, context);
    const { report } = linted;
    // An interrupted lint says nothing about the migrations that it has not reached.
    if (context.stop.aborted) return stopCode(context.stop);
    const exitCode = lintExitCode(report, options.strict);
    await writeReports(linted, options, context);
    const { migrations, ...head } = report;
    printAnswer(options, context, {
      data: { ...report, exitCode },
      lines: [{ ...head, exitCode }, ...migrations],
      text: () => `${renderLint(report, exitCode, answerDisplayOptions(context))}\n`,
    });
    return exitCode;
  },
});

/** For pipelines: JUnit, SARIF, and annotations where GitHub Actions reads the log. */
async function writeReports(
  { report, at }: Linted,
  { junit, sarif }: OptionsOf<typeof OPTIONS>,
  context: ProcessContext,
): Promise<void> {
  if (junit !== undefined) {
    const { junitOf, suitesOfLint } = await import("../src/ui/ci/junit.ts");
    writeReport(junit, junitOf(suitesOfLint(report), at, hostname()));
  }
  if (sarif !== undefined) {
    const { sarifOf } = await import("../src/ui/ci/sarif.ts");
    writeReport(sarif, sarifOf(report, lintTool()));
  }
  if (isInWorkflow(context)) {
    const { annotationsOf } = await import("../src/ui/ci/github-actions.ts");
    sendCommands(annotationsOf(lintFindings(report), context.env.GITHUB_WORKSPACE ?? ""), context);
  }
}
