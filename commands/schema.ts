import { runbookSchema } from "../src/app/check-runbooks.ts";
import { configurationSchema } from "../src/app/configuration.ts";
import { fleetJsonSchema } from "../src/app/fleet/read-fleet-file.ts";
import { defineCommand } from "../src/cli/command.ts";
import { printAnswer, printData } from "../src/cli/output.ts";
import { OUTPUT_OPTIONS } from "../src/cli/shared-options.ts";
import { commandLine } from "../src/domain/command-line.ts";
import { usageError } from "../src/domain/error.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import { nearest } from "../src/domain/nearest.ts";
import { OUTPUTS, outputSchema, VERSIONING } from "../src/ui/schema/outputs.ts";

/** What people write, for their editors. */
const FILES: Readonly<Record<string, { readonly title: string; readonly schema: () => object }>> = {
  configuration: { title: "vulcan-ops.yaml, for editors", schema: configurationSchema },
  runbook: { title: "A runbook file, for editors", schema: runbookSchema },
  fleet: { title: "A fleet file, for editors", schema: fleetJsonSchema },
};

/** All that has a schema, in the order of the list. */
export const schemaNames = (): readonly { readonly name: string; readonly title: string }[] =>
  [OUTPUTS, FILES].flatMap((all) => Object.entries(all).map(([name, { title }]) => ({ name, title })));

export const schema = defineCommand({
  name: "schema",
  describe: "Print the JSON Schema of an output, or list them",
  options: {
    name: {
      type: "string",
      positional: "optional",
      value: "NAME",
      completes: ["schema"],
      describe: "Output, as in status; or runbook, configuration, fleet",
    },
    ...OUTPUT_OPTIONS,
  },
  examples: [
    ["vulcan-ops schema", "list the outputs that have one"],
    ["vulcan-ops schema status", "the schema of status --output json"],
  ],
  async run(options, context) {
    const { name } = options;
    if (name === undefined) {
      const all = schemaNames();
      const text = () => `${all.map((one) => `${one.name.padEnd(18)} ${one.title}\n`).join("")}\n${VERSIONING}\n`;
      printAnswer(options, context, { data: all, text });
      return EXIT.done;
    }
    const found = Object.hasOwn(FILES, name) ? FILES[name]?.schema() : outputSchema(name);
    if (found === undefined) throw unknownOutput(name);
    printData(context, found);
    return EXIT.done;
  },
});

function unknownOutput(name: string): Error {
  const near = nearest(name, [...Object.keys(OUTPUTS), ...Object.keys(FILES)]);
  const hint = near === undefined ? "" : ` (did you mean ${near}?)`;
  return usageError("schema-unknown", `there is no schema ${JSON.stringify(name)}${hint}`, [
    near === undefined ? "vulcan-ops schema" : commandLine`vulcan-ops schema ${near}`,
  ]);
}
