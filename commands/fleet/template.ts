import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineCommand } from "../../src/cli/command.ts";
import { usageError } from "../../src/domain/error.ts";
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
      describe: "Write it to this file, which is not there yet",
    },
  },
  examples: [
    ["vulcan-ops fleet template -o fleet.json", "for the account of operations"],
    ["vulcan-ops fleet template --part target -o target.json", "for each account that has targets"],
  ],
  async run({ part, out }, { cwd, stdout, note }) {
    const text = `${JSON.stringify(part === "target" ? targetTemplate() : makeTemplate(), null, 2)}\n`;
    if (out === undefined) {
      stdout.write(text);
      return EXIT.done;
    }
    try {
      writeFileSync(resolve(cwd, out), text, { flag: "wx", mode: 0o644 });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const why = code === "EEXIST" ? "is there already" : `cannot be written (${code ?? "unknown"})`;
      throw usageError("template-file", `${JSON.stringify(out)} ${why}`, ["vulcan-ops fleet template > FILE"]);
    }
    note(`Written: ${out}. It changes nothing until CloudFormation deploys it.`);
    return EXIT.done;
  },
});
