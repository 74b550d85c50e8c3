import { journalTemplateText } from "../../src/app/journal/template.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { writeNewFile } from "../../src/cli/write-new-file.ts";
import { commandLine } from "../../src/domain/command-line.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";

export const journalTemplateCommand = defineCommand({
  name: "journal template",
  describe: "Print a CloudFormation template of the shared journal: table, key, policies, archive",
  options: {
    out: { type: "string", alias: "o", value: "FILE", describe: "Write it to this new file" },
    force: { type: "boolean", describe: "With -o: replace a file that is there" },
  },
  examples: [
    ["vulcan-ops journal template -o journal.yaml", "then: aws cloudformation deploy, as its first lines say"],
    ["vulcan-ops journal template", "what would be made; nothing is asked of AWS"],
  ],
  async run({ out, force }, context) {
    const text = journalTemplateText();
    if (out === undefined) context.stdout.write(text);
    else {
      writeNewFile(out, text, force, context.cwd);
      context.note(commandLine`Written: ${out}`);
      context.note(deployLine(out));
    }
    return EXIT.done;
  },
});

const deployLine = (file: string): string =>
  commandLine`Next: aws cloudformation deploy --stack-name vulcan-ops-journal --template-file ${file} --capabilities CAPABILITY_IAM --region REGION`;
