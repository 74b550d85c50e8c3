import { type PastExecution, readHistory } from "../../src/app/execution/record.ts";
import { selectHistory } from "../../src/app/execution/select-history.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { printAnswer } from "../../src/cli/output.ts";
import { answerDisplayOptions } from "../../src/cli/process-context.ts";
import { OUTPUT_OPTIONS, STATE_OPTIONS } from "../../src/cli/shared-options.ts";
import { commandLine } from "../../src/domain/command-line.ts";
import { outcomeOf } from "../../src/domain/execution.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";
import { sanitise } from "../../src/domain/sanitise.ts";
import { asTyped, type TypedOptions } from "../../src/domain/typed-options.ts";
import { unfinishedText } from "../../src/domain/unfinished.ts";
import { unreadJournalsText } from "../../src/domain/unread-journal.ts";
import { type HistoryEntry, renderHistory } from "../../src/ui/render/history.ts";

export const historyList = defineCommand({
  name: "history list",
  describe: "List past executions, newest first",
  options: {
    limit: { type: "string", value: "N", describe: "The newest N of them" },
    target: { type: "string", value: "NAME", completes: ["target"], describe: "Those of this target" },
    since: { type: "string", value: "TIME", describe: "Those since: 7d, or 2026-04-10T00:00:00Z" },
    ...OUTPUT_OPTIONS,
    ...STATE_OPTIONS,
  },
  async run(options, context) {
    const { executions: all, unread } = await readHistory(options, context);
    const executions = selectHistory(all, options, context);
    const entries = () => executions.map((one) => entryOf(one, context.typed));
    const text = () => renderHistory(entries(), answerDisplayOptions(context));
    printAnswer(options, context, { data: executions.map(summary), text });
    if (executions.length === 0)
      context.stderr.write(all.length === 0 ? "No execution is on record here.\n" : "No execution fits.\n");
    for (const { text: what, next } of unreadJournalsText(unread)) context.stderr.write(`${what}: ${next} says why.\n`);
    return EXIT.done;
  },
});

/** An execution whose process died before its last record is unfinished: it has to be resumed. A live one is not. */
function statusOf({ execution: { ended }, runsIn }: PastExecution): string {
  return ended?.status ?? (runsIn === undefined ? "unfinished" : "running");
}

function entryOf(past: PastExecution, typed: TypedOptions = {}): HistoryEntry {
  const { id, at, lastAt, runbook, target, operator, ended, what = runbook } = past.execution;
  const texts = { id, by: operator, target: target.name, what, result: resultOf(past) };
  const clean = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, sanitise(text)]));
  return {
    ...(clean as typeof texts),
    at,
    lastAt,
    isOver: ended !== undefined,
    below: below(past, typed).map((one) => sanitise(one)),
  };
}

function resultOf(past: PastExecution): string {
  return past.execution.ended !== undefined && past.unfinished.length > 0
    ? `${statusOf(past)}, unfinished`
    : statusOf(past);
}

function below(past: PastExecution, typed: TypedOptions): readonly string[] {
  const { statedReason } = past.execution;
  return [...(statedReason === undefined ? [] : [`reason: ${statedReason}`]), ...resultBelow(past, typed)];
}

function resultBelow(
  { execution: { id, ended }, unfinished, runsIn, elsewhere }: PastExecution,
  typed: TypedOptions,
): readonly string[] {
  const left = unfinished.map((one) => `not put back: ${unfinishedText(one)}; ${asTyped(one.command, typed)}`);
  // A text of 0.1.0 names it already.
  if (ended !== undefined) return ended.outcome === undefined ? [ended.text] : [ended.outcome, ...left];
  const last = elsewhere === undefined ? [] : [`its last record is by ${elsewhere.operator}@${elsewhere.host}`];
  return runsIn === undefined
    ? [...last, `resume it: ${asTyped(commandLine`vulcan-ops resume ${id}`, typed)}`, ...left]
    : [`it runs in process ${runsIn.pid} of ${runsIn.host}`];
}

function summary(past: PastExecution) {
  const { execution, unfinished } = past;
  const { id, at, lastAt, runbook, target, operator, ended, what, statedReason } = execution;
  return {
    execution: id,
    at,
    lastAt,
    runbook,
    ...(what === undefined ? {} : { what }),
    target: target.name,
    operator,
    ...(statedReason === undefined ? {} : { statedReason }),
    status: statusOf(past),
    exitCode: ended?.exitCode ?? null,
    outcome: ended === undefined ? null : outcomeOf(ended),
    unfinished,
  };
}
