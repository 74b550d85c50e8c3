import type { CommandGroup } from "../../src/cli/command.ts";

export const history: CommandGroup = {
  name: "history",
  describe: "List past executions; export or prune their journals",
  bare: async () => (await import("./list.ts")).historyList,
  commands: {
    list: async () => (await import("./list.ts")).historyList,
    export: async () => (await import("./export.ts")).historyExport,
    prune: async () => (await import("./prune.ts")).historyPrune,
  },
  examples: [
    ["vulcan-ops history export > executions.jsonl", "every record, one JSON line each"],
    ["vulcan-ops history prune --older-than 90 --dry-run", "what would be removed; removes nothing"],
  ],
};
