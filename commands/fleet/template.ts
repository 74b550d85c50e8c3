import { defineCommand } from "../../src/cli/command.ts";
import { writeNewFile } from "../../src/cli/write-new-file.ts";
import { commandLine } from "../../src/domain/command-line.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";
import { fleetTemplate as makeTemplate, targetTemplate } from "../../src/domain/fleet/template/template.ts";

export const fleetTemplate = defineCommand({
  name: "fleet template",
  describe: "Print what AWS needs for fleets, as a CloudFormation template: table, machine, worker, roles",
  options: {
    part: {
      type: "string",
      choices: ["operations", "target"],
      describe: "operations: the account that carries fleets (default); target: the role in each other account",
    },
    out: {
      type: "string",
      alias: "o",
      value: "FILE",
      completes: ["path"],
      describe: "Write it to this new file",
    },
    force: { type: "boolean", describe: "With -o: replace a file that is there" },
  },
  examples: [
    ["vulcan-ops fleet template -o fleet.json", "for the account of operations"],
    ["vulcan-ops fleet template --part target -o target.json", "for each account that has targets"],
  ],
  async run({ part, out, force }, { cwd, stdout, note }) {
    const text = `${JSON.stringify(part === "target" ? targetTemplate() : makeTemplate(), null, 2)}\n`;
    if (out === undefined) {
      stdout.write(text);
      return EXIT.done;
    }
    writeNewFile(out, text, force, cwd);
    note(commandLine`Written: ${out}`);
    note("Next, in the account that it is for: aws cloudformation deploy (vulcan-ops docs fleets)");
    return EXIT.done;
  },
});
