import { newMigration, printMigration } from "../../src/app/migrations/new-migration.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { POSTGRES_MAJORS } from "../../src/cli/migration-options.ts";
import { assertTextOutput, printAnswer } from "../../src/cli/output.ts";
import { answerDisplayOptions } from "../../src/cli/process-context.ts";
import { OUTPUT_OPTIONS } from "../../src/cli/shared-options.ts";
import { usageError } from "../../src/domain/error.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";
import { lintExitCode } from "../../src/domain/lint.ts";
import { renderNewMigration } from "../../src/ui/render/new-migration.ts";

export const migrateNew = defineCommand({
  name: "migrate new",
  describe: "Write the next migration into its Go file, with Up and Down, and lint it",
  options: {
    description: {
      type: "string",
      positional: "optional",
      value: "DESCRIPTION",
      example: '"Add jobs table"',
      describe: 'What it does; "Add X table" and "Add T.C column" write the SQL, too',
    },
    file: {
      type: "string",
      value: "FILE|DIR",
      describe: "migrations.go, or its folder (default: internal/storage/postgres/migrations.go)",
    },
    version: { type: "string", value: "N", describe: "Its number (default: the one after the newest)" },
    print: { type: "boolean", describe: "Print the Go literal, and write nothing" },
    postgres: {
      type: "string",
      value: "MAJOR",
      suggests: POSTGRES_MAJORS,
      describe: "Lint on this major of PostgreSQL: 14 to 18 (default: 18)",
    },
    schema: {
      type: "string",
      value: "FILE",
      describe: "Schema before the first migration, from pg_dump --schema-only",
    },
    ...OUTPUT_OPTIONS,
  },
  examples: [
    ['vulcan-ops migrate new "Add jobs.owner column"', "the next number, Up and Down; exit 11 if it must not ship"],
    ['vulcan-ops migrate new "Add jobs table" --print', "the literal alone, to be put where it belongs"],
  ],
  async run(options, context) {
    const { description } = options;
    if (description === undefined) throw undescribed();
    const request = { ...options, description, path: options.file };
    if (options.print) {
      assertTextOutput(options, "--print");
      context.stdout.write(printMigration(request, context.cwd));
      return EXIT.done;
    }
    const written = await newMigration(request, context.cwd, context);
    const { lint } = written;
    const exitCode = "why" in lint ? EXIT.unjudged : lintExitCode(lint, false);
    printAnswer(options, context, {
      data: { ...written, exitCode },
      text: () => `${renderNewMigration(written, exitCode, answerDisplayOptions(context))}\n`,
    });
    return exitCode;
  },
});

const undescribed = (): Error =>
  usageError("description-missing", "what does the migration do? It needs a description", [
    'vulcan-ops migrate new "Add jobs table"',
  ]);
