import { testChannels } from "../src/app/notices/test-channels.ts";
import { defineCommand } from "../src/cli/command.ts";
import { answerDisplayOptions } from "../src/cli/process-context.ts";
import { TARGET_OPTIONS } from "../src/cli/shared-options.ts";
import { OpsError, usageError } from "../src/domain/error.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import { renderChannels } from "../src/ui/render/channels.ts";

export const notify = defineCommand({
  name: "notify",
  describe: "Show by which channels people are told of executions, and test them",
  options: {
    test: { type: "boolean", describe: "Send one message marked TEST by each of them; it pages no one" },
    ...TARGET_OPTIONS,
  },
  examples: [
    ["vulcan-ops notify", "the channels that are set up; sends nothing"],
    ["vulcan-ops notify --test", "exit 1 where one does not take the message"],
  ],
  async run({ test, ...options }, context) {
    const { by, lost } = await testChannels(options, context, test);
    if (by.length === 0)
      throw usageError("channels-missing", "no channel is set up for notices", [
        "set VULCAN_OPS_WEBHOOK, VULCAN_OPS_SLACK_TOKEN with VULCAN_OPS_SLACK_CHANNEL, or VULCAN_OPS_PAGERDUTY_KEY",
        "or write notices in your own vulcan-ops.yaml: docs/notices.md",
      ]);
    context.stdout.write(renderChannels(by, test ? lost : undefined, answerDisplayOptions(context)));
    if (lost.length === 0) return EXIT.done;
    const names = lost.map((one) => one.by).join(", ");
    throw new OpsError({
      code: "notice-lost",
      exitCode: EXIT.failed,
      fault: "operator",
      message: `not every channel took the test: ${names}`,
      next: ["mend what is named above, then: vulcan-ops notify --test"],
    });
  },
});
