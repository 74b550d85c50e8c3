import { listFaultKinds } from "../../src/app/sandbox/catalogue.ts";
import { type ArmedFault, armedFaults } from "../../src/app/sandbox/faults.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { printAnswer } from "../../src/cli/output.ts";
import { OUTPUT_OPTIONS, STATE_OPTIONS } from "../../src/cli/shared-options.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";

export const sandboxFaults = defineCommand({
  name: "sandbox faults",
  describe: "List the kinds of faults, and what has become of those that are armed",
  options: { ...OUTPUT_OPTIONS, ...STATE_OPTIONS },
  async run(options, context) {
    const [kinds, found] = await Promise.all([listFaultKinds(), armedFaults(options, context)]);
    const armed = found ?? [];
    const lines = kinds.map(({ name, summary }) => `${name.padEnd(20)}${summary}`);
    const heading = found === undefined ? "No sandbox is running." : "Armed in the running sandbox:";
    const state = armed.map((fault) => `${fault.kind.padEnd(20)}${describeFault(fault)}`);
    const text = () => `${[...lines, "", heading, ...state].join("\n")}\n`;
    printAnswer(options, context, { data: { kinds, armed }, text });
    return EXIT.done;
  },
});

const describeFault = ({ operation, when, nth = 1, seen, struck }: ArmedFault): string =>
  `${operation}, ${when} its effect, from call ${nth}: seen ${seen}, struck ${struck}`;
