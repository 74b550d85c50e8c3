import { usageError } from "../src/domain/error.ts";
import type { Command } from "./command.ts";
import { openDocument } from "./document.ts";
import { EXEC_FLAGS, RUN_FLAGS } from "./flags.ts";
import { type Given, listOf, textOf } from "./given.ts";
import { perform } from "./perform.ts";

export const INPUT_FLAG = { input: { type: "array", describe: "An input of the runbook, as name=value" } } as const;

export const run: Command = {
  usage: "run <runbook>",
  describe: "Run any runbook, by name or by path",
  flags: { ...INPUT_FLAG, ...EXEC_FLAGS, ...RUN_FLAGS },
  examples: [["vulcan-ops run rollback-service --input to=42", "the same as rollback --to 42"]],
  async run(given, context) {
    const name = textOf(given, "runbook") ?? "";
    const document = await openDocument(name);
    return perform({ document, inputs: inputsOf(given), command: `run ${name}` }, given, context);
  },
};

/** `--input to=42 --input x=y` → a record; the runbook says what each has to be. */
export function inputsOf(given: Given): Record<string, string> {
  const pairs = listOf(given, "input").map((text) => {
    const at = text.indexOf("=");
    if (at < 1) throw usageError("input-malformed", `--input wants name=value, not ${JSON.stringify(text)}`);
    return [text.slice(0, at), text.slice(at + 1)] as const;
  });
  const names = pairs.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw usageError("input-twice", `--input ${twice}=… is given twice`);
  return Object.fromEntries(pairs);
}
