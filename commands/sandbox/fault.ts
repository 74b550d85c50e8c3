import { armFault } from "../../src/app/sandbox/faults.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { STATE_OPTIONS } from "../../src/cli/shared-options.ts";
import { usageError } from "../../src/domain/error.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";

export const sandboxFault = defineCommand({
  name: "sandbox fault",
  describe: "Let a request of the running sandbox fail (kinds: vulcan-ops sandbox faults)",
  options: {
    operation: { type: "string", positional: "optional", describe: "Operation, as in UpdateService, or *" },
    kind: { type: "string", positional: "optional", completes: ["fault"], describe: "What happens to it" },
    nth: { type: "string", describe: "The first call that it strikes (default: the next)" },
    times: { type: "string", describe: "How many calls it strikes, or always (default: 1)" },
    share: { type: "string", describe: "Strike this share of the calls, 0 to 1, drawn with the seed" },
    after: { type: "boolean", describe: "The call takes effect and only its answer is lost" },
    ms: { type: "string", describe: "How long it lasts, in ms" },
    bytes: { type: "string", describe: "At which byte of an exec session's output" },
    code: { type: "string", describe: "With refuse: the error code, as KMSKeyNotAccessibleFault" },
    ...STATE_OPTIONS,
  },
  examples: [["vulcan-ops sandbox fault UpdateService reset --after", "lose the answer to the next UpdateService"]],
  async run(options, context) {
    const { operation, kind, nth, times, share, ms, bytes, code, after } = options;
    if (operation === undefined || kind === undefined) {
      throw usageError("sandbox-fault", "sandbox fault wants an operation (or *) and a kind", [
        "vulcan-ops sandbox faults",
      ]);
    }
    const numbers = Object.entries({ nth, times, share, ms, bytes }).flatMap(([name, text]) =>
      text === undefined ? [] : [[name, text === "always" ? text : Number(text)]],
    );
    const when = after ? "after" : "before";
    const fault = { operation, kind, when, ...(code === undefined ? {} : { code }), ...Object.fromEntries(numbers) };
    await armFault(fault, options, context);
    context.stdout.write(`${kind} is armed for ${operation}.\n`);
    return EXIT.done;
  },
});
