import type { CommandGroup } from "../../src/cli/command.ts";

export const journal: CommandGroup = {
  name: "journal",
  describe: "Set up the journal that several machines share",
  commands: {
    template: async () => (await import("./template.ts")).journalTemplateCommand,
  },
  examples: [["vulcan-ops journal template -o journal.yaml", "its table and who may use it, for CloudFormation"]],
};
