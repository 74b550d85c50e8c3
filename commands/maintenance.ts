import { defineRunbookCommand, inputsFrom } from "../src/cli/runbook-command.ts";
import { usageError } from "../src/domain/error.ts";
import { parseInstant } from "../src/domain/time.ts";
import { runbookCommand } from "./run.ts";

const OPTIONS = {
  window: { type: "string", describe: "START..END, each as 2026-04-10T02:00:00Z (default: now, for two hours)" },
  image: { type: "string", input: "image", describe: "Image to deploy; a copy of the revision is registered with it" },
  to: {
    type: "string",
    input: "to",
    example: "--to 43",
    value: "REV",
    describe: "Registered revision to deploy, as in 43 (default: the newest)",
  },
  watch: {
    type: "string",
    input: "watch",
    example: "--watch 30m",
    value: "DURATION",
    describe: "How long to watch afterwards: 15m to 24h (default: 30m)",
  },
  via: {
    type: "string",
    choices: ["start", "task"],
    input: "via",
    group: "Advanced",
    describe: "start: the new image migrates as it starts; task: a task migrates first",
  },
  expect: {
    type: "string",
    input: "expect",
    example: "--expect 20m",
    value: "DURATION",
    group: "Advanced",
    describe: "How long the migrations take, by the release notes, as in 20m",
  },
  newest: {
    type: "string",
    input: "version",
    example: "--newest 8",
    value: "VERSION",
    group: "Advanced",
    describe: "Newest migration that must be applied afterwards, as in 8",
  },
  "may-shrink": {
    type: "string",
    input: "mayShrink",
    value: "TABLES",
    group: "Advanced",
    describe: "Tables where fewer rows are normal, with commas",
  },
} as const;

export const maintenance = runbookCommand(
  defineRunbookCommand({
    name: "maintenance",
    runbook: "maintenance-window",
    describe: "Run migrations in a maintenance window, on a single task, and watch",
    options: OPTIONS,
    examples: [
      ["vulcan-ops maintenance --dry-run", "show the plan; send nothing"],
      [
        "vulcan-ops maintenance --window 2026-04-10T02:00:00Z..2026-04-10T04:00:00Z",
        "announce, wait for the window, migrate, watch",
      ],
      ["vulcan-ops maintenance --image REGISTRY/vulcan:2.0.0 --watch 1h", "deploy an image, watch for an hour"],
    ],
    exampleOf: () => "--window START..END",
    inputsOf: (options) => ({ ...windowOf(options.window), ...inputsFrom(OPTIONS, options) }),
  }),
);

/** Accept only instants with an offset: a window on the wrong day is worse than no window. */
function windowOf(text: string | undefined): Readonly<Record<string, string>> {
  if (text === undefined) return {};
  const [opens = "", closes = "", ...more] = text.split("..");
  const isInstant = (part: string) => !part.startsWith("-") && parseInstant(part, 0) !== undefined;
  if (isInstant(opens) && isInstant(closes) && more.length === 0) return { opens, closes };
  const message = `--window ${JSON.stringify(text)} is no START..END of two times with an offset`;
  throw usageError("window-invalid", message, [
    "vulcan-ops maintenance --window 2026-04-10T02:00:00Z..2026-04-10T04:00:00Z",
  ]);
}
