import { type LogSource, openLogs } from "../src/app/logs/read-logs.ts";
import { openTarget } from "../src/app/open-target.ts";
import { defineCommand } from "../src/cli/command.ts";
import { repeatOptions } from "../src/cli/options.ts";
import { isTextOutput, type OutputOptions, printAnswer, printData } from "../src/cli/output.ts";
import { answerDisplayOptions, type ProcessContext } from "../src/cli/process-context.ts";
import { OUTPUT_OPTIONS, TARGET_OPTIONS } from "../src/cli/shared-options.ts";
import { commandLine } from "../src/domain/command-line.ts";
import { usageError } from "../src/domain/error.ts";
import { EXIT, stopCode } from "../src/domain/exit-codes.ts";
import { counted } from "../src/domain/finding.ts";
import type { StreamCount, TaskLine } from "../src/domain/log-lines.ts";
import { formatDuration, parseDuration } from "../src/domain/time.ts";
import { asTyped } from "../src/domain/typed-options.ts";
import { renderLogLines, renderStreamCounts } from "../src/ui/render/log-lines.ts";
import { jsonText } from "../src/ui/text/json-text.ts";

const SINCE = "10m";
const LINES = 100;
const MOST_LINES = 10_000;
const MOST_SECONDS = 24 * 3600;

const REPEATED = {
  revision: {
    type: "string",
    completes: ["revision"],
    describe: "Revision, as in 43 or web:7 (default: the one deployed last)",
  },
} as const;

export const logs = defineCommand({
  name: "logs",
  describe: "Print the application's log lines of one revision, of all its tasks; reads only",
  options: {
    ...REPEATED,
    follow: { type: "boolean", alias: "f", describe: "Print new lines as they come, until Ctrl-C" },
    since: { type: "string", describe: `How far back, as in 90s, 10m, 2h (default: ${SINCE})` },
    count: { type: "boolean", describe: "Count the lines of each stream, with their times; print none of them" },
    lines: { type: "string", describe: `Most lines of the past, the newest (default: ${LINES})` },
    ...TARGET_OPTIONS,
    ...OUTPUT_OPTIONS,
  },
  examples: [
    ["vulcan-ops logs --revision 43", "why the tasks of :43 fail"],
    ["vulcan-ops logs -f", "follow the deployment"],
  ],
  async run(options, context) {
    const question = {
      revision: options.revision,
      seconds: secondsOf(options.since ?? SINCE),
      most: linesOf(options.lines ?? String(LINES)),
    };
    if (options.follow && options.output === "json")
      throw usageError("follow-json", "json is one document, and -f has no end: ndjson has a line each", [
        commandLine`vulcan-ops logs -f --output ndjson ${repeatOptions(TARGET_OPTIONS, options)}`,
      ]);
    if (options.follow && options.count)
      throw usageError("count-and-follow", "--count counts what there is, and -f has no end: take one of them", [
        commandLine`vulcan-ops logs --count ${repeatOptions(TARGET_OPTIONS, options)}`,
      ]);
    const source = await openLogs(await openTarget(options, context), question);
    const { lines: past, streams, forgotten, unreadAfter } = await source.read();
    const cut = unreadAfter === undefined ? {} : { unreadAfter };
    const head = { schemaVersion: 1, ...placeOf(source), ...cut };
    if (options.count) printCounts(streams, head, options, context);
    else if (options.output === "json") printData(context, { ...head, lines: past });
    else print(past, options, context);
    if (unreadAfter !== undefined) context.stderr.write(`${cutText(unreadAfter)}\n`);
    else if (past.length === 0) context.note(noLines(source, question.seconds, wider(options, context)));
    if (forgotten > 0) context.note(forgottenText(forgotten));
    if (!options.follow) return EXIT.done;
    await source.follow((lines) => print(lines, options, context), context.stop);
    return context.stop.aborted ? stopCode(context.stop) : EXIT.done;
  },
});

const placeOf = ({ taskDefinition, container, group }: LogSource) => ({ taskDefinition, container, group });

function print(lines: readonly TaskLine[], options: OutputOptions, context: ProcessContext): void {
  if (lines.length === 0) return;
  const text = isTextOutput(options)
    ? `${renderLogLines(lines, answerDisplayOptions(context))}\n`
    : lines.map((line) => `${jsonText(line)}\n`).join("");
  context.stdout.write(text);
}

function printCounts(
  streams: readonly StreamCount[],
  head: object,
  options: OutputOptions,
  context: ProcessContext,
): void {
  const rows = () => renderStreamCounts(streams, answerDisplayOptions(context));
  const text = () => (streams.length === 0 ? "" : `${rows()}\n`);
  printAnswer(options, context, { data: { ...head, streams }, lines: streams, text });
}

function noLines({ taskDefinition, container, group }: LogSource, seconds: number, next: string): string {
  const text = `No lines of ${taskDefinition} (container ${container}, ${group}) in the last ${formatDuration(seconds)}.`;
  return seconds < MOST_SECONDS ? `${text}\nNext: ${next}` : text;
}

/** The same command over a day. */
const wider = (options: Readonly<Record<string, unknown>>, { typed = {} }: ProcessContext): string =>
  asTyped(commandLine`vulcan-ops logs --since 24h ${repeatOptions(REPEATED, options)}`, typed);

const cutText = (after: string): string =>
  `Not read: lines after ${after}, for there are too many pages. A shorter --since shows the newest.`;

const forgottenText = (count: number): string =>
  `Left out: lines of ${counted(count, "task")} that stopped over 1 h ago: ECS does not tell their revision.`;

function secondsOf(text: string): number {
  const seconds = parseDuration(text);
  if (seconds !== undefined && seconds > 0 && seconds <= MOST_SECONDS) return seconds;
  throw usageError("since-invalid", `--since ${JSON.stringify(text)} is no duration from 1s to 24h`, [
    commandLine`vulcan-ops logs --since ${SINCE}`,
  ]);
}

function linesOf(text: string): number {
  const lines = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (lines >= 1 && lines <= MOST_LINES) return lines;
  throw usageError("lines-invalid", `--lines ${JSON.stringify(text)} is no number from 1 to ${MOST_LINES}`, [
    commandLine`vulcan-ops logs --lines ${String(LINES)}`,
  ]);
}
