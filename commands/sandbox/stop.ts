import { stopSandbox } from "../../src/app/sandbox/daemon.ts";
import { defineCommand } from "../../src/cli/command.ts";
import type { ProcessContext } from "../../src/cli/process-context.ts";
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
    clearShell(context);
    return EXIT.done;
  },
});

/** What `eval "$(vulcan-ops sandbox start)"` set in this shell. */
const SANDBOX_SETTINGS =
  "AWS_ENDPOINT_URL AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION AWS_DEFAULT_REGION VULCAN_OPS_CLOCK VULCAN_OPS_CONFIG VULCAN_ADMIN_TOKEN VULCAN_DATABASE_URL";

/** A shell that was pointed at a sandbox is cleared by `eval "$(vulcan-ops sandbox stop)"`. Another one is left alone. */
function clearShell({ env, stdout, stderr }: ProcessContext): void {
  if ((env.VULCAN_OPS_CLOCK ?? "") === "") return;
  if (stdout.isTTY)
    stderr.write('This shell still points at a sandbox. Clear it with\n  eval "$(vulcan-ops sandbox stop)"\n');
  else stdout.write(`unset ${SANDBOX_SETTINGS}\n`);
}
