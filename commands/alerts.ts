import { defineRunbookCommand } from "../src/cli/runbook-command.ts";
import { runbookCommand } from "./run.ts";

export const alerts = runbookCommand(
  defineRunbookCommand({
    name: "alerts",
    runbook: "create-alerts",
    describe: "Set up the three documented alerts, and prove that they arrive",
    options: {
      topic: {
        type: "string",
        value: "ARN",
        input: "topic",
        example: "--topic arn:aws:sns:REGION:ACCOUNT:NAME",
        describe: "SNS topic that gets them (default: the one that our rule sends to)",
      },
      test: { type: "boolean", input: "test", describe: "Publish a message marked TEST to the topic" },
      fire: {
        type: "string",
        choices: ["hosts", "connections"],
        input: "fire",
        group: "Advanced",
        describe: "Fire this alarm as a test: its real actions run",
      },
    },
    examples: [
      ["vulcan-ops alerts --topic ARN --dry-run", "what is missing, what another hand made; send nothing"],
      ["vulcan-ops alerts --topic ARN --test", "set up, prove, and publish a message marked TEST"],
    ],
  }),
);
