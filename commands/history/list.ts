import { type PastExecution, readHistory } from "../../src/app/execution/record.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { printAnswer } from "../../src/cli/output.ts";
import { OUTPUT_OPTIONS, STATE_OPTIONS } from "../../src/cli/shared-options.ts";
import { commandLine } from "../../src/domain/command-line.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";
import type { RecordedExecution } from "../../src/domain/recorded-execution.ts";
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
function statusOf({ ended }: RecordedExecution): string {
  return ended?.status ?? "unfinished";
}

function line({ execution, unfinished }: PastExecution): string {
  const { id, at, runbook, target, ended } = execution;
  // An end names it already.
  const left = ended === undefined ? unfinished.map((one) => `; not put back: ${unfinishedText(one)}`).join("") : "";
  const text = ended?.text ?? commandLine`resume it: vulcan-ops resume ${id}` + left;
  return `${id}  ${at.slice(0, 19)}Z  ${runbook}  ${target.name}  ${statusOf(execution)}  ${text}`;
}

function summary({ execution, unfinished }: PastExecution) {
  const { id, at, runbook, target, operator, ended } = execution;
  return {
    execution: id,
    at,
    runbook,
    target: target.name,
    operator,
    status: statusOf(execution),
    exitCode: ended?.exitCode ?? null,
    unfinished,
  };
}
