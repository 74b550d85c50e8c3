import { openTarget } from "../src/app/open-target.ts";
import { followUpgrade } from "../src/app/upgrade/follow-upgrade.ts";
import { openFollowView } from "../src/cli/follow-view.ts";
import { type OptionsOf, repeatOptions } from "../src/cli/options.ts";
import { printAnswer } from "../src/cli/output.ts";
import { answerDisplayOptions, type ProcessContext } from "../src/cli/process-context.ts";
import { defineRunbookCommand } from "../src/cli/runbook-command.ts";
import {
  ANSWER_OPTIONS,
  DRY_RUN_OPTIONS,
  RELEASE_OPTIONS,
  type RUN_OPTIONS,
  SOURCE_OPTIONS,
} from "../src/cli/shared-options.ts";
import { usageError } from "../src/domain/error.ts";
import { EXIT, type ExitCode } from "../src/domain/exit-codes.ts";
import { asTyped } from "../src/domain/typed-options.ts";
import { followData } from "../src/domain/upgrade/follow-report.ts";
import { renderFollowEnd } from "../src/ui/render/follow.ts";
import { runbookCommand } from "./run.ts";

const UPGRADE_OPTIONS = {
  image: {
    type: "string",
    input: "image",
    describe: "Image to deploy, by tag or digest, in a copy of the revision (this or --to)",
  },
  to: {
    type: "string",
    input: "to",
    example: "--to 43",
    value: "REV",
    describe: "Registered revision to deploy, as in 43 (this or --image)",
  },
  watch: {
    type: "string",
    input: "watch",
    example: "--watch 30m",
    value: "DURATION",
    describe: "How long to watch afterwards: 15m to 24h (default: 30m)",
  },
  ...RELEASE_OPTIONS,
  ...SOURCE_OPTIONS,
  "despite-hole": {
    type: "boolean",
    input: "despiteHole",
    group: "Advanced",
    describe: "Upgrade although a migration was skipped",
  },
} as const;

export const upgrade = runbookCommand(
  defineRunbookCommand({
    name: "upgrade",
    runbook: "upgrade-service",
    describe: "Upgrade the service to a new release, prove it, and watch",
    options: {
      follow: {
        type: "boolean",
        describe: "Follow the deployment in flight through its seven phases; changes nothing",
      },
      ...UPGRADE_OPTIONS,
    },
    examples: [
      ["vulcan-ops upgrade --image REGISTRY/vulcan:2.0.0 --dry-run", "show the plan and the way back; send nothing"],
      ["vulcan-ops upgrade --to 43 --watch 30m", "deploy a registered revision, prove it, watch"],
      ["vulcan-ops upgrade --follow", "what a pipeline deploys now, phase by phase; its end is the exit code"],
    ],
    exampleOf: () => "--image IMAGE",
    instead: (options, context) => (options.follow ? follow(options, context) : undefined),
  }),
);

type FollowOptions = OptionsOf<typeof UPGRADE_OPTIONS & typeof RUN_OPTIONS>;

/** Only reads: every other request is refused before it is sent. */
async function follow(options: FollowOptions, context: ProcessContext): Promise<ExitCode> {
  assertOnlyFollows(options);
  const open = await openTarget(options, context, { purpose: "reading" });
  const view = openFollowView(options, context, open.clock);
  const { end, ...report } = await followUpgrade(open, context, view.show).finally(view.close);
  if (end === undefined) return EXIT.failed;
  const next = end.next.map((line) => asTyped(line, context.typed ?? {}));
  const text = () => renderFollowEnd(report, { ...end, next }, answerDisplayOptions(context));
  printAnswer(options, context, { data: followData({ ...report, end: { ...end, next } }), text });
  return end.exitCode;
}

/** What decides about a change has no meaning here. */
function assertOnlyFollows(options: FollowOptions): void {
  const [other] = repeatOptions({ ...UPGRADE_OPTIONS, ...DRY_RUN_OPTIONS, ...ANSWER_OPTIONS }, options);
  if (other === undefined) return;
  throw usageError("follow-alone", `--follow only shows what is deployed now: leave ${other.split("=")[0]} out`, [
    "vulcan-ops upgrade --follow",
    "vulcan-ops upgrade --image IMAGE",
  ]);
}
