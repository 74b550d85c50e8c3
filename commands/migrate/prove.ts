import { prove } from "../../src/app/migrations/prove.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { SCHEMA_OPTION, SOURCE_OPTIONS } from "../../src/cli/migration-options.ts";
import type { OptionsOf } from "../../src/cli/options.ts";
import { printAnswer } from "../../src/cli/output.ts";
import { answerDisplayOptions } from "../../src/cli/process-context.ts";
import { DATABASE_OPTIONS, OUTPUT_OPTIONS, TARGET_OPTIONS } from "../../src/cli/shared-options.ts";
import { stopCode } from "../../src/domain/exit-codes.ts";
import { proofExitCode } from "../../src/domain/migrations/proof.ts";
import { renderProof } from "../../src/ui/render/proof.ts";

/** Here no target is the default: without one, nothing leaves this machine. */
const TARGET = {
  ...TARGET_OPTIONS,
  target: {
    ...TARGET_OPTIONS.target,
    describe: "Prove what is pending on this target, in its own schema and by the queries of its images; reads only",
  },
} as const;

const OPTIONS = {
  ...SOURCE_OPTIONS,
  from: {
    type: "string",
    value: "VERSION",
    describe: "Prove from this migration on; run the ones before it only (default: all; with --target, pending)",
  },
  ...SCHEMA_OPTION,
  queries: {
    type: "string",
    value: "FILE",
    describe:
      "Queries of the old image, each with its semicolon: prepared before and after each Up (default: the target's)",
  },
  ...TARGET,
  ...DATABASE_OPTIONS,
  ...OUTPUT_OPTIONS,
} as const;

export const migrateProve = defineCommand({
  name: "migrate prove",
  describe: "Run Up, Down and Up on a throw-away PostgreSQL: is each Down the way back?",
  options: OPTIONS,
  examples: [
    ["vulcan-ops migrate prove migrations.go --postgres 16", "every migration, on the major of the real server"],
    ["vulcan-ops migrate prove --target vulcan-prod", "what is pending there, in its own schema"],
    ["vulcan-ops migrate prove --from 8", "in a pipeline: the new ones; exit 11 if a Down is not the way back"],
  ],
  async run(options, context) {
    const report = await prove(options, context.cwd, context);
    // An interrupted proof says nothing about the migrations that it has not reached.
    if (context.stop.aborted) return stopCode(context.stop);
    const exitCode = proofExitCode(report);
    const { migrations, ...head } = report;
    printAnswer(options, context, {
      data: { ...report, exitCode },
      lines: [{ ...head, exitCode }, ...migrations],
      text: () => `${renderProof(report, exitCode, wordsOf(options), answerDisplayOptions(context))}\n`,
    });
    return exitCode;
  },
});

/** How the migrations were named and run, without --queries: `lint` takes the same words. */
const wordsOf = ({ path, postgres, schema, target }: OptionsOf<typeof OPTIONS>): readonly string[] => [
  ...(path === undefined ? [] : [path]),
  ...(target === undefined ? [] : ["--target", target]),
  ...(postgres === undefined ? [] : ["--postgres", postgres]),
  ...(schema === undefined ? [] : ["--schema", schema]),
];
