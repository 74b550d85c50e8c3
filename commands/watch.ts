import { openTarget } from "../src/app/open-target.ts";
import { watchTarget } from "../src/app/watch/watch-target.ts";
import { defineCommand } from "../src/cli/command.ts";
import { repeatOptions } from "../src/cli/options.ts";
import { printAnswer } from "../src/cli/output.ts";
import { answerDisplayOptions } from "../src/cli/process-context.ts";
import { DATABASE_OPTIONS, OUTPUT_OPTIONS, TARGET_OPTIONS } from "../src/cli/shared-options.ts";
import { openWatchView } from "../src/cli/watch-view.ts";
import { commandLine } from "../src/domain/command-line.ts";
import { usageError } from "../src/domain/error.ts";
import { EXIT, stopCode } from "../src/domain/exit-codes.ts";
import { parseDuration } from "../src/domain/time.ts";
import { asTyped } from "../src/domain/typed-options.ts";
import { watchData } from "../src/domain/watch/report-json.ts";
import { renderVerdict } from "../src/ui/render/watch.ts";

const DEFAULT = "30m";
/** Fewer minutes are too few to compare. For more than a day, use an alarm. */
const LEAST_MINUTES = 5;
const MOST_MINUTES = 24 * 60;

export const WATCH_CODES = { STABLE: EXIT.done, WORSE: EXIT.worse, INCONCLUSIVE: EXIT.inconclusive } as const;

const FOR_OPTION = {
  for: { type: "string", value: "DURATION", describe: `How long, in whole minutes: 5m to 24h (default: ${DEFAULT})` },
} as const;

export const watch = defineCommand({
  name: "watch",
  describe: "Compare the key metrics with the period before: STABLE, WORSE or INCONCLUSIVE",
  options: { ...FOR_OPTION, ...DATABASE_OPTIONS, ...TARGET_OPTIONS, ...OUTPUT_OPTIONS },
  examples: [["vulcan-ops watch --for 10m && echo good", "exit 0 STABLE, 8 WORSE, 10 INCONCLUSIVE"]],
  async run(options, context) {
    const { stop, stderr } = context;
    const minutes = minutesOf(options.for ?? DEFAULT);
    const open = await openTarget(options, context);
    const view = openWatchView(options, context, open.clock, `Watch ${open.target.service} for ${minutes} min`);
    const report = await watchTarget(open, minutes, context, view).finally(view.close);
    const ended = stop.aborted ? stopCode(stop) : undefined;
    if (report === undefined) {
      stderr.write("INCONCLUSIVE: ended early by the operator, nothing was seen\n");
      return ended ?? EXIT.inconclusive;
    }
    const verdict = report.verdict ?? "INCONCLUSIVE";
    const next = nextCommands(verdict, repeatOptions(FOR_OPTION, options)).map((line) =>
      asTyped(line, context.typed ?? {}),
    );
    const text = () => renderVerdict(report, next, answerDisplayOptions(context));
    printAnswer(options, context, { data: { ...watchData(report), next }, text });
    return verdict === "INCONCLUSIVE" && ended !== undefined ? ended : WATCH_CODES[verdict];
  },
});

function nextCommands(verdict: keyof typeof WATCH_CODES, duration: readonly string[]): readonly string[] {
  if (verdict === "WORSE") return ["vulcan-ops rollback"];
  return verdict === "STABLE" ? [] : [commandLine`vulcan-ops watch ${duration}`];
}

function minutesOf(text: string): number {
  const minutes = (parseDuration(text) ?? Number.NaN) / 60;
  if (Number.isInteger(minutes) && minutes >= LEAST_MINUTES && minutes <= MOST_MINUTES) return minutes;
  const message = `--for ${JSON.stringify(text)} is no duration in whole minutes from 5m to 24h`;
  throw usageError("for-invalid", message, [commandLine`vulcan-ops watch --for ${DEFAULT}`]);
}
