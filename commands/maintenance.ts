import { clockOfTarget } from "../src/app/clock-of-target.ts";
import { displayOptions, type ProcessContext } from "../src/cli/process-context.ts";
import { defineRunbookCommand, inputsFrom } from "../src/cli/runbook-command.ts";
import { RELEASE_OPTIONS, SOURCE_OPTIONS } from "../src/cli/shared-options.ts";
import { isLocalWindow, readWindow } from "../src/domain/local-window.ts";
import { roughDuration } from "../src/domain/rough-duration.ts";
import type { TargetOptions } from "../src/domain/target.ts";
import { momentText } from "../src/domain/zoned-time.ts";
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

/** Local times are turned into UTC once, here; what they mean is said before anything is asked. */
async function windowOf(
  { window, ...options }: { readonly window?: string | undefined; readonly zone?: string | undefined } & TargetOptions,
  context: ProcessContext,
): Promise<Readonly<Record<string, string>>> {
  if (window === undefined) return {};
  if (!isLocalWindow(window)) return { ...readWindow(window, undefined, 0) };
  const { now, zone: configured } = await clockOfTarget(options, context);
  const zone = options.zone ?? configured;
  const { opens, closes } = readWindow(window, zone, now);
  const shown = (instant: string) => momentText(Date.parse(instant), now, { ...displayOptions(context), zone });
  const ahead = roughDuration((Date.parse(opens) - now) / 1000);
  context.note(`Window: ${shown(opens)} to ${shown(closes)}; it opens in ${ahead}.`);
  return { opens, closes };
}
