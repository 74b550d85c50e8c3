import { VERBS } from "../../src/app/sandbox/daemon.ts";
import type { Command } from "../../src/cli/command.ts";
import { OUTPUT_FLAGS, STATE_FLAGS } from "../../src/cli/flags.ts";
import { textOf } from "../../src/cli/options.ts";
import { usageError } from "../../src/domain/error.ts";
import { SANDBOX_FLAGS } from "../rehearse.ts";
import { FAULT_FLAGS } from "./faults.ts";

export const sandbox: Command = {
  usage: "sandbox <what> [operation] [kind]",
  describe: "A sandbox that stays: start, stop, status, scenarios, timings, faults",
  flags: {
    ...SANDBOX_FLAGS,
    port: { type: "string", describe: "Port of the AWS endpoint on 127.0.0.1 (default: a free one)" },
    foreground: { type: "boolean", describe: "Stay in this terminal until Ctrl-C" },
    ...FAULT_FLAGS,
    ...OUTPUT_FLAGS,
    ...STATE_FLAGS,
  },
  examples: [
    ['eval "$(vulcan-ops sandbox start)" && vulcan-ops', "start one, point this shell at it and look; not if it fails"],
    ["vulcan-ops sandbox start --timing dbCreating=1800", "let restores take half an hour (virtual time)"],
    ["vulcan-ops sandbox fault UpdateService reset --after", "lose the answer to the next UpdateService"],
  ],
  async run(given, context) {
    const verb = VERBS[textOf(given, "what") ?? ""];
    if (verb === undefined)
      throw usageError("sandbox-verb", `vulcan-ops sandbox wants one of ${Object.keys(VERBS).join(", ")}`);
    return verb(given, context);
  },
};
