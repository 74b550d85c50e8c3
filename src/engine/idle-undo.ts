import { commandLine } from "../domain/command-line.ts";
import type { Execution } from "../domain/execution.ts";
import type { ExecutionOutcome } from "./outcome.ts";

/** Everything that was sent stays as it is: an undo would do nothing, and say no command. */
export function isUndoIdle({ written, steps }: Pick<Execution, "written" | "steps">): boolean {
  const undos = written.map((id) => steps[id]?.confirmed?.undo);
  return undos.length > 0 && undos.every((undo) => undo?.kind === "stays" && undo.command === undefined);
}

/** The ending without a line that proposes an undo where it would do nothing. */
export function withoutIdleUndo(execution: Execution, ending: ExecutionOutcome): ExecutionOutcome {
  if (!isUndoIdle(execution)) return ending;
  const idle = commandLine`vulcan-ops undo ${execution.id}`;
  return { ...ending, next: ending.next.filter((line) => line !== idle) };
}
