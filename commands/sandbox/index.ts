import type { CommandGroup } from "../../src/cli/command.ts";

export const sandbox: CommandGroup = {
  name: "sandbox",
  describe: "A sandbox that stays: start, stop, status, scenarios, timings, faults",
  commands: {
    start: async () => (await import("./start.ts")).sandboxStart,
    stop: async () => (await import("./stop.ts")).sandboxStop,
    status: async () => (await import("./status.ts")).sandboxStatus,
    scenarios: async () => (await import("./scenarios.ts")).sandboxScenarios,
    timings: async () => (await import("./timings.ts")).sandboxTimings,
    faults: async () => (await import("./faults.ts")).sandboxFaults,
    fault: async () => (await import("./fault.ts")).sandboxFault,
  },
  examples: [
    ['eval "$(vulcan-ops sandbox start)" && vulcan-ops', "start one, point this shell at it and look; not if it fails"],
    ["vulcan-ops sandbox start --timing dbCreating=1800", "let restores take half an hour (virtual time)"],
    ["vulcan-ops sandbox fault UpdateService reset --after", "lose the answer to the next UpdateService"],
  ],
};
