import { defineCommand } from "../src/cli/command.ts";
import { SHELLS, type Shell, shellScript } from "../src/cli/shell-completion.ts";
import { usageError } from "../src/domain/error.ts";
import { EXIT } from "../src/domain/exit-codes.ts";

export const completion = defineCommand({
  name: "completion",
  describe: "Print what a shell needs to complete commands, flags, targets, executions and revisions",
  options: { shell: { type: "string", positional: "required", choices: SHELLS, describe: "bash, zsh or fish" } },
  examples: [
    ['eval "$(vulcan-ops completion bash)"', "in this shell; in ~/.bashrc for every one"],
    ["vulcan-ops completion zsh > ~/.zfunc/_vulcan-ops", "zsh: a folder of fpath, before compinit"],
    ["vulcan-ops completion fish > ~/.config/fish/completions/vulcan-ops.fish", "fish"],
  ],
  async run({ shell }, context) {
    if (!isShell(shell))
      throw usageError(
        "shell-unknown",
        `there is no completion for ${JSON.stringify(shell)}; there is: ${SHELLS.join(", ")}`,
        ["vulcan-ops completion bash"],
      );
    context.stdout.write(shellScript(shell));
    return EXIT.done;
  },
});

const isShell = (word: string | undefined): word is Shell => SHELLS.some((shell) => shell === word);
