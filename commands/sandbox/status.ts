import { runningSandbox } from "../../src/app/sandbox/daemon.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { printAnswer } from "../../src/cli/output.ts";
import { OUTPUT_OPTIONS, STATE_OPTIONS } from "../../src/cli/shared-options.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";

export const sandboxStatus = defineCommand({
  name: "sandbox status",
  describe: "Show whether a sandbox is running, and where",
  options: { ...OUTPUT_OPTIONS, ...STATE_OPTIONS },
  async run(options, context) {
    const sandbox = await runningSandbox(options, context);
    const text = () =>
      sandbox === undefined
        ? "No sandbox is running.\n"
        : `Sandbox ${sandbox.scenario}: pid ${sandbox.pid}, AWS at ${sandbox.endpoint}, load balancer at ${sandbox.loadBalancer}\n`;
    printAnswer(options, context, { data: sandbox ?? null, text });
    return EXIT.done;
  },
});
