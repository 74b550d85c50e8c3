import { documentationPage } from "../src/app/documentation-page.ts";
import { readPrepared } from "../src/app/prepared.ts";
import { defineCommand } from "../src/cli/command.ts";
import { EXIT } from "../src/domain/exit-codes.ts";

export const docs = defineCommand({
  name: "docs",
  describe: "Print a page of the documentation, or list the pages",
  options: {
    page: { type: "string", positional: "optional", value: "PAGE", describe: "Page, as in rollback" },
  },
  examples: [["vulcan-ops docs safety", "Ctrl-C, silence, two operators, what is stored"]],
  async run({ page }, { stdout }) {
    stdout.write(page === undefined ? `${readPrepared().pages.join("\n")}\n` : documentationPage(page));
    return EXIT.done;
  },
});
