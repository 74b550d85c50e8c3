import { stopSandbox } from "../../src/app/sandbox/daemon.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { STATE_OPTIONS } from "../../src/cli/shared-options.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";

export const sandboxStop = defineCommand({
  name: "sandbox stop",
  describe: "Stop the sandbox",
  options: STATE_OPTIONS,
  async run(options, context) {
    const stopped = await stopSandbox(options, context);
    const text = {
      absent: () => "No sandbox is running.",
      dead: (pid: number) => `No sandbox is running; pid ${pid} had died.`,
      stopped: (pid: number) => `Sandbox stopped (pid ${pid}).`,
    }[stopped.kind]("pid" in stopped ? stopped.pid : 0);
    context.stderr.write(`${text}\n`);
    return EXIT.done;
  },
});
