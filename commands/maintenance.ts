import { perform } from "../src/app/execution/run-runbook.ts";
import { openDocument } from "../src/app/open-runbook.ts";
import type { Command } from "../src/cli/command.ts";
import { RUN_FLAGS } from "../src/cli/flags.ts";
import { type Given, textOf } from "../src/cli/options.ts";
import { usageError } from "../src/domain/error.ts";
import { parseInstant } from "../src/domain/time.ts";

export const maintenance: Command = {
  usage: "maintenance",
  describe: "Migrate in a maintenance window, on a single task, and watch (runbooks/maintenance-window.yaml)",
  flags: {
    window: { type: "string", describe: "START..END, each as 2026-04-10T02:00:00Z (default: now, for two hours)" },
    image: { type: "string", describe: "Image to bring; a copy of the revision is registered with it" },
    to: { type: "string", describe: "Registered revision to bring, as in 43 (default: the newest)" },
    watch: { type: "string", describe: "How long to watch afterwards: 15m to 24h (default: 30m)" },
    via: {
      type: "string",
      choices: ["start", "task"],
      describe: "Who migrates: the new image as it starts, or a task",
    },
    expect: { type: "string", describe: "How long the migrations take, by the release notes, as in 20m" },
    newest: { type: "string", describe: "Newest migration that has to be there afterwards, as in 8" },
    "may-shrink": { type: "string", describe: "Tables that lose rows in daily work, with commas" },
    ...RUN_FLAGS,
  },
  examples: [
    ["vulcan-ops maintenance --dry-run", "what it would meet, and every step; sends nothing"],
    ["vulcan-ops maintenance --window 2026-04-10T02:00:00Z..2026-04-10T04:00:00Z", "announce, wait, and carry it out"],
    ["vulcan-ops maintenance --image REGISTRY/vulcan:2.0.0 --watch 1h", "bring an image, watch for an hour"],
  ],
  async run(given, context) {
    const document = await openDocument("maintenance-window");
    const named = Object.entries(FLAGS).flatMap(([input, flag]) => {
      const text = textOf(given, flag);
      return text === undefined ? [] : [[input, text] as const];
    });
    const inputs = { ...windowOf(given), ...Object.fromEntries(named) };
    const words = ["window", ...Object.values(FLAGS)].flatMap((flag) => {
      const text = textOf(given, flag);
      return text === undefined ? [] : [`--${flag} ${text}`];
    });
    return perform({ document, inputs, command: ["maintenance", ...words].join(" "), flagOf }, given, context);
  },
};

/** Inputs of the runbook and the flags that give them; the window is one flag for two of them. */
const FLAGS: Readonly<Record<string, string>> = {
  image: "image",
  to: "to",
  watch: "watch",
  via: "via",
  expect: "expect",
  version: "newest",
  mayShrink: "may-shrink",
};

const EXAMPLES: Readonly<Record<string, string>> = {
  watch: "vulcan-ops maintenance --watch 30m",
  expect: "vulcan-ops maintenance --expect 20m",
  to: "vulcan-ops maintenance --to 43",
  version: "vulcan-ops maintenance --newest 8",
};

const flagOf = (name: string): string => EXAMPLES[name] ?? "vulcan-ops maintenance --window START..END";

/** Instants with an offset, and nothing looser: a window on the wrong day is worse than none. */
function windowOf(given: Given): { readonly opens?: string; readonly closes?: string } {
  const text = textOf(given, "window");
  if (text === undefined) return {};
  const [opens = "", closes = "", ...more] = text.split("..");
  const isInstant = (part: string) => !part.startsWith("-") && parseInstant(part, 0) !== undefined;
  if (isInstant(opens) && isInstant(closes) && more.length === 0) return { opens, closes };
  const message = `--window ${JSON.stringify(text)} is no START..END of two times with an offset`;
  throw usageError("window-invalid", message, [
    "vulcan-ops maintenance --window 2026-04-10T02:00:00Z..2026-04-10T04:00:00Z",
  ]);
}
