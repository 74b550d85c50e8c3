import { listTimings } from "../../src/app/sandbox/catalogue.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { printAnswer } from "../../src/cli/output.ts";
import { OUTPUT_OPTIONS } from "../../src/cli/shared-options.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";

const COLUMNS = { name: 19, value: 9, known: 12 };

export const sandboxTimings = defineCommand({
  name: "sandbox timings",
  describe: "List every duration and choice that can be changed, its default, and how that is known",
  options: OUTPUT_OPTIONS,
  async run(options, context) {
    const timings = await listTimings();
    const row = ({ name, default: value, known, summary }: (typeof timings)[number]): string =>
      [
        name.padEnd(COLUMNS.name),
        (typeof value === "number" ? `${value} s` : String(value)).padEnd(COLUMNS.value),
        known.padEnd(COLUMNS.known),
        summary,
      ].join("");
    printAnswer(options, context, { data: timings, text: () => timings.map((one) => `${row(one)}\n`).join("") });
    return EXIT.done;
  },
});
