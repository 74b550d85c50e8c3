import type { CommandGroup } from "../../src/cli/command.ts";

export const fleet: CommandGroup = {
  name: "fleet",
  describe: "One runbook for many targets, in waves, carried by AWS Step Functions",
  commands: {
    plan: async () => (await import("./plan.ts")).fleetPlan,
    start: async () => (await import("./start.ts")).fleetStart,
    status: async () => (await import("./status.ts")).fleetStatus,
    approve: async () => (await import("./approve.ts")).fleetApprove,
    stop: async () => (await import("./stop.ts")).fleetStop,
    template: async () => (await import("./template.ts")).fleetTemplate,
  },
  examples: [
    ["vulcan-ops fleet plan revert.yaml", "what changes where, how long, what it costs; only reads"],
    ["vulcan-ops fleet plan revert.yaml -o plans", "the same, and the plan of each target kept"],
    ["vulcan-ops fleet start plans", "start it; fleet status RUN follows it"],
    ["vulcan-ops fleet template > fleet.json", "what AWS needs for it, for CloudFormation"],
  ],
};
