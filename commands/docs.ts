import { documentationIndex, documentationPage } from "../src/app/documentation-page.ts";
import { defineCommand } from "../src/cli/command.ts";
import { EXIT } from "../src/domain/exit-codes.ts";

export const docs = defineCommand({
  name: "docs",
  describe: "Print a page of the documentation, or list the pages",
  options: {
    page: {
      type: "string",
      positional: "optional",
      value: "PAGE",
      completes: ["page"],
      describe: "Page, as in rollback",
    },
  },
  examples: [
    ["vulcan-ops docs safety", "Ctrl-C, silence, two operators, what is stored"],
    ["vulcan-ops docs runbooks", "how to write a runbook, in six steps"],
  ],
  async run({ page }, { stdout }) {
    stdout.write(page === undefined ? documentationIndex() : documentationPage(page));
    return EXIT.done;
  },
});
