import { clockOfTarget } from "../src/app/clock-of-target.ts";
import type { ProcessContext } from "../src/cli/process-context.ts";
import { defineRunbookCommand, inputsFrom, type TypedInputs } from "../src/cli/runbook-command.ts";
import { RELEASE_OPTIONS, SOURCE_OPTIONS } from "../src/cli/shared-options.ts";
import { type WindowClock, windowFrom } from "../src/cli/window-option.ts";
import { isLocalWindow } from "../src/domain/local-window.ts";
import type { TargetOptions } from "../src/domain/target.ts";
import { runbookCommand } from "./run.ts";

const OPTIONS = {
  window: {
    type: "string",
    value: "START..END",
    describe: "2026-04-10T02:00:00Z..2026-04-10T04:00:00Z, or 02:00..04:00 with a zone (default: two hours from now)",
  },
  zone: { type: "string", value: "AREA/CITY", describe: "IANA time zone of a local --window (default: the target's)" },
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
  ...RELEASE_OPTIONS,
  ...SOURCE_OPTIONS,
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
        "vulcan-ops maintenance --window 02:00..04:00 --zone Europe/Berlin",
        "announce, wait for the window, migrate, watch",
      ],
      ["vulcan-ops maintenance --image REGISTRY/vulcan:2.0.0 --watch 1h", "deploy an image, watch for an hour"],
    ],
    exampleOf: () => "--window START..END",
    inputsOf: async (options, context) => ({ ...(await windowOf(options, context)), ...inputsFrom(OPTIONS, options) }),
  }),
);

async function windowOf(
  { window, ...options }: { readonly window?: string | undefined; readonly zone?: string | undefined } & TargetOptions,
  context: ProcessContext,
): Promise<TypedInputs> {
  if (window === undefined) return {};
  // Two moments with an offset need no clock and no zone.
  const clock: WindowClock = isLocalWindow(window) ? await clockOfTarget(options, context) : { now: 0 };
  return { ...windowFrom(window, { now: clock.now, zone: options.zone ?? clock.zone }, context) };
}
