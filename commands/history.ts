import type { Command } from "../src/cli/command.ts";
import { OUTPUT_FLAGS, STATE_FLAGS } from "../src/cli/flags.ts";
import { writeAnswer } from "../src/cli/output.ts";
import { stateDirOf } from "../src/cli/process-context.ts";
import { commandLine } from "../src/domain/command-line.ts";
import type { Execution } from "../src/domain/execution.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import { sanitise } from "../src/domain/sanitise.ts";
import { listExecutions } from "../src/journal/journal-file.ts";

export const history: Command = {
  usage: "history",
  describe: "List past executions, newest first",
  flags: { ...OUTPUT_FLAGS, ...STATE_FLAGS },
  async run(given, context) {
    const { executions, damaged } = await listExecutions(stateDirOf(given, context));
    const text = () => executions.map((execution) => `${sanitise(line(execution))}\n`).join("");
    writeAnswer(given, context, { data: executions.map(summary), text });
    if (executions.length === 0) context.stderr.write("No execution is on record here.\n");
    if (damaged > 0) context.stderr.write(`${damaged} journals cannot be read: vulcan-ops show ID says why.\n`);
    return EXIT.done;
  },
};

/** An execution whose process is gone without a last record says so, because it has to be resumed. */
export function statusOf({ ended }: Execution): string {
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
