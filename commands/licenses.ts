import { ownFile } from "../src/app/own-files.ts";
import { defineCommand } from "../src/cli/command.ts";
import { EXIT } from "../src/domain/exit-codes.ts";

export const licenses = defineCommand({
  name: "licenses",
  describe: "Print the licence of this program, and of each package that it holds",
  options: {},
  async run(_options, { stdout }) {
    stdout.write(ownFile("dist/third-party-licenses.txt"));
    return EXIT.done;
  },
});
