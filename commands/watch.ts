import { watchService } from "../src/actions/watch/run.ts";
import { stayLean } from "../src/app/limit-heap-growth.ts";
import { openSite } from "../src/app/target/open.ts";
import { openWatchView } from "../src/app/watch/live-report.ts";
import { watchData } from "../src/app/watch/report-json.ts";
import type { Command } from "../src/cli/command.ts";
import { DATABASE_FLAGS, OUTPUT_FLAGS, TARGET_FLAGS } from "../src/cli/flags.ts";
import { type Given, textOf, typedAgain } from "../src/cli/options.ts";
import { writeAnswer } from "../src/cli/output.ts";
import type { Context } from "../src/cli/process-context.ts";
import { commandLine } from "../src/domain/command-line.ts";
import { usageError } from "../src/domain/error.ts";
import { EXIT, type ExitCode } from "../src/domain/exit-codes.ts";
import { parseDuration } from "../src/domain/time.ts";
import type { WatchReport } from "../src/domain/watch/report.ts";
import { renderVerdict } from "../src/ui/render/watch.ts";
import { lookOf } from "../src/ui/text/style.ts";

const DEFAULT = "30m";
/** Fewer minutes can be compared with nothing; more than a day is an alarm's business. */
const LEAST_MINUTES = 5;
const MOST_MINUTES = 24 * 60;

const CODES = { STABLE: EXIT.done, WORSE: EXIT.worse, INCONCLUSIVE: EXIT.inconclusive } as const;

export const watch: Command = {
  usage: "watch",
  describe: "Watch the documented metrics against the time before: STABLE, WORSE or INCONCLUSIVE",
  flags: {
    for: { type: "string", describe: `How long, in whole minutes: 5m to 24h (default: ${DEFAULT})` },
    ...DATABASE_FLAGS,
    ...TARGET_FLAGS,
    ...OUTPUT_FLAGS,
  },
  examples: [["vulcan-ops watch --for 10m && echo good", "exit 0 STABLE, 8 WORSE, 10 INCONCLUSIVE"]],
  async run(given, context) {
    const minutes = minutesOf(textOf(given, "for") ?? DEFAULT);
    const { target, clock, planner, caller } = await openSite(given, context);
    await caller();
    stayLean();
    const view = openWatchView(given, context, clock, `Watch ${target.service} for ${minutes} min`);
    const { world } = planner;
    const signal = context.stop;
    const watching = watchService({ world, target, clock, signal, minutes }, view.tell).finally(view.close);
    const report = await watching.catch((error: unknown) => {
      if (!signal.aborted) throw error;
      return undefined;
    });
    return conclude(report, given, context);
  },
};

/** `report` is absent where it was interrupted before anything could be seen. */
function conclude(report: WatchReport | undefined, given: Given, context: Context): ExitCode {
  const { stop, stdout, stderr, env } = context;
  const ended = stop.aborted ? (stop.reason as ExitCode) : undefined;
  if (report === undefined) {
    stderr.write("INCONCLUSIVE: ended early by the operator, nothing was seen\n");
    return ended ?? EXIT.inconclusive;
  }
  const verdict = report.verdict ?? "INCONCLUSIVE";
  const next = nextOf(verdict, given);
  const data = { ...watchData(report), next };
  writeAnswer(given, context, { data, text: () => renderVerdict(report, next, lookOf(stdout, env)) });
  return verdict === "INCONCLUSIVE" && ended !== undefined ? ended : CODES[verdict];
}

function nextOf(verdict: keyof typeof CODES, given: Given): readonly string[] {
  const target = typedAgain(given, "target", "profile", "region");
  if (verdict === "WORSE") return [commandLine`vulcan-ops rollback ${target}`];
  return verdict === "STABLE" ? [] : [commandLine`vulcan-ops watch ${typedAgain(given, "for")} ${target}`];
}

function minutesOf(text: string): number {
  const minutes = (parseDuration(text) ?? Number.NaN) / 60;
  if (Number.isInteger(minutes) && minutes >= LEAST_MINUTES && minutes <= MOST_MINUTES) return minutes;
  const message = `--for ${JSON.stringify(text)} is no duration in whole minutes from 5m to 24h`;
  throw usageError("for-invalid", message, [commandLine`vulcan-ops watch --for ${DEFAULT}`]);
}
