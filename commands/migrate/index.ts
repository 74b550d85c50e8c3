import type { CommandGroup } from "../../src/cli/command.ts";

export const migrate: CommandGroup = {
  name: "migrate",
  describe: "Show, begin, prove or roll back database migrations",
  commands: {
    status: async () => (await import("./status.ts")).migrateStatus,
    down: async () => (await import("./down.ts")).migrateDown,
    new: async () => (await import("./new.ts")).migrateNew,
    prove: async () => (await import("./prove.ts")).migrateProve,
  },
  examples: [
    ["vulcan-ops migrate status", "what is applied, pending, missing, and who holds the locks; only reads"],
    ['vulcan-ops migrate new "Add jobs table"', "the next migration, in its Go file, linted"],
    ["vulcan-ops migrate down 2 --dry-run", "what the last two would destroy; sends nothing"],
    ["vulcan-ops migrate prove", "before they ship: is each Down the way back?"],
  ],
};
