import type { CommandGroup } from "../../src/cli/command.ts";

export const maintenanceGroup: CommandGroup = {
  name: "maintenance",
  describe: "Run migrations in a maintenance window, on a single task, and watch (runbooks/maintenance-window.yaml)",
  bare: async () => (await import("../maintenance.ts")).maintenance,
  commands: {
    announce: async () => (await import("./announce.ts")).maintenanceAnnounce,
    reschedule: async () => (await import("./reschedule.ts")).maintenanceReschedule,
    cancel: async () => (await import("./cancel.ts")).maintenanceCancel,
  },
  examples: [
    ["vulcan-ops maintenance --dry-run", "show the plan; send nothing"],
    [
      "vulcan-ops maintenance --window 02:00..04:00 --zone Europe/Berlin",
      "announce, wait for the window, migrate, watch",
    ],
    ["vulcan-ops maintenance --image REGISTRY/vulcan:2.0.0 --watch 1h", "deploy an image, watch for an hour"],
    ["vulcan-ops maintenance announce --window START..END", "days ahead: one message, and nothing waits"],
  ],
};
