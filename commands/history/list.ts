import { type PastExecution, readHistory } from "../../src/app/execution/record.ts";
import { selectHistory } from "../../src/app/execution/select-history.ts";
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
  options: {
    limit: { type: "string", value: "N", describe: "The newest N of them" },
    target: { type: "string", value: "NAME", describe: "Those of this target" },
    since: { type: "string", value: "TIME", describe: "Those since: 7d, or 2026-04-10T00:00:00Z" },
    ...OUTPUT_OPTIONS,
    ...STATE_OPTIONS,
  },
  async run(options, context) {
    const { executions: all, unread } = await readHistory(options, context);
    const executions = selectHistory(all, options, context);
    const text = () => executions.map((one) => `${sanitise(line(one))}\n`).join("");
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

function line(past: PastExecution): string {
  const { execution, unfinished, runsIn } = past;
  const { id, at, runbook, target, ended } = execution;
  // An end names it already.
  const left = ended === undefined ? unfinished.map((one) => `; not put back: ${unfinishedText(one)}`).join("") : "";
  const open =
    runsIn === undefined
      ? commandLine`resume it: vulcan-ops resume ${id}` + left
      : `it runs in process ${runsIn.pid} of ${runsIn.host}`;
  return `${id}  ${at.slice(0, 19)}Z  ${runbook}  ${target.name}  ${statusOf(past)}  ${ended?.text ?? open}`;
}

function summary(past: PastExecution) {
  const { execution, unfinished } = past;
  const { id, at, runbook, target, operator, ended } = execution;
  return {
    execution: id,
    at,
    runbook,
    target: target.name,
    operator,
    status: statusOf(past),
    exitCode: ended?.exitCode ?? null,
    unfinished,
  };
}
