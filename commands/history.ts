import { readHistory } from "../src/app/execution/record.ts";
import { defineCommand } from "../src/cli/command.ts";
import { printAnswer } from "../src/cli/output.ts";
import { OUTPUT_OPTIONS, STATE_OPTIONS } from "../src/cli/shared-options.ts";
import { commandLine } from "../src/domain/command-line.ts";
import type { Execution } from "../src/domain/execution.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import { sanitise } from "../src/domain/sanitise.ts";

export const history = defineCommand({
  name: "history",
  describe: "List past executions, newest first",
  options: { ...OUTPUT_OPTIONS, ...STATE_OPTIONS },
  async run(options, context) {
    const { executions, damaged } = await readHistory(options, context);
    const text = () => executions.map((execution) => `${sanitise(line(execution))}\n`).join("");
    printAnswer(options, context, { data: executions.map(summary), text });
    if (executions.length === 0) context.stderr.write("No execution is on record here.\n");
    if (damaged > 0) context.stderr.write(`${damaged} journals cannot be read: vulcan-ops show ID says why.\n`);
    return EXIT.done;
  },
});

/** An execution whose process is gone without a last record says so, because it has to be resumed. */
function statusOf({ ended }: Execution): string {
  return ended?.status ?? "unfinished";
}

function line(execution: Execution): string {
  const { id, started, ended } = execution;
  const text = ended?.text ?? commandLine`resume it: vulcan-ops resume ${id}`;
  return `${id}  ${started.at.slice(0, 19)}Z  ${started.runbook.id}  ${started.target.name}  ${statusOf(execution)}  ${text}`;
}

function summary(execution: Execution) {
  const { id, started, ended } = execution;
  return {
    execution: id,
    at: started.at,
    runbook: started.runbook.id,
    target: started.target.name,
    operator: started.operator,
    status: statusOf(execution),
    exitCode: ended?.exitCode ?? null,
  };
}
