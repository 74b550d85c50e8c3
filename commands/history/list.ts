import { type PastExecution, readHistory } from "../../src/app/execution/record.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { printAnswer } from "../../src/cli/output.ts";
import { OUTPUT_OPTIONS, STATE_OPTIONS } from "../../src/cli/shared-options.ts";
import { commandLine } from "../../src/domain/command-line.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";
import { sanitise } from "../../src/domain/sanitise.ts";
import { unfinishedText } from "../../src/domain/unfinished.ts";
import { unreadJournalsText } from "../../src/domain/unread-journal.ts";

export const historyList = defineCommand({
  name: "history list",
  describe: "List past executions, newest first",
  options: { ...OUTPUT_OPTIONS, ...STATE_OPTIONS },
  async run(options, context) {
    const { executions, unread } = await readHistory(options, context);
    const text = () => executions.map((one) => `${sanitise(line(one))}\n`).join("");
    printAnswer(options, context, { data: executions.map(summary), text });
    if (executions.length === 0) context.stderr.write("No execution is on record here.\n");
    for (const { text: what, next } of unreadJournalsText(unread)) context.stderr.write(`${what}: ${next} says why.\n`);
    return EXIT.done;
  },
});

/** An execution whose process died before its last record is unfinished: it has to be resumed. */
function statusOf({ execution: { ended }, isRunning }: PastExecution): string {
  return isRunning ? "running" : (ended?.status ?? "unfinished");
}

function line(past: PastExecution): string {
  const { execution, unfinished, isRunning } = past;
  const { id, at, runbook, target, ended } = execution;
  // An end names it already.
  const left = ended === undefined ? unfinished.map((one) => `; not put back: ${unfinishedText(one)}`).join("") : "";
  const next = isRunning
    ? commandLine`follow it: vulcan-ops show ${id}`
    : commandLine`resume it: vulcan-ops resume ${id}`;
  const text = isRunning ? next : (ended?.text ?? next + left);
  return `${id}  ${at.slice(0, 19)}Z  ${runbook}  ${target.name}  ${statusOf(past)}  ${text}`;
}

function summary(past: PastExecution) {
  const { execution, unfinished, isRunning } = past;
  const { id, at, runbook, target, operator, ended } = execution;
  return {
    execution: id,
    at,
    runbook,
    target: target.name,
    operator,
    status: statusOf(past),
    exitCode: isRunning ? null : (ended?.exitCode ?? null),
    unfinished,
  };
}
