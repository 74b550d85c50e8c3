import { NO_RECORD, type StepConfirmed, undoable } from "../domain/execution.ts";
import { sameJson } from "../domain/json.ts";
import type { Step } from "../domain/runbook.ts";
import type { Ending } from "./outcome.ts";
import type { Run } from "./run.ts";

/**
 * What an execution that did not come to its end has put back, and what it has not: said after the reason. Nothing where
 * no step put anything back, but for "no" as an answer, whose reason alone would not tell.
 */
export function aftermath<World>(run: Run<World>, { status }: Ending): string {
  if (status === "done") return "";
  const { back, left } = writtenBy(run);
  if (back.length === 0) return status === "declined" ? "; earlier steps stand" : "";
  return `; put back: ${titles(back)}; ${left.length === 0 ? "nothing else is in effect" : `not put back: ${titles(left)}`}`;
}

const titles = (written: readonly Written[]): string => written.map(({ step }) => step.title).join(", ");

interface Written {
  readonly step: Step;
  readonly confirmed: StepConfirmed;
  readonly isDone: boolean;
}

/** Steps whose change a later step has taken back, and those whose change is in effect. */
function writtenBy<World>({ runbook, execution }: Run<World>) {
  const all = [...runbook.steps, ...runbook.finally];
  const written: Written[] = [...undoable(execution)].reverse().flatMap((id) => {
    const step = all.find((each) => each.id === id);
    const { confirmed, state } = execution.steps[id] ?? NO_RECORD;
    return step === undefined || confirmed === undefined ? [] : [{ step, confirmed, isDone: state === "done" }];
  });
  const back = written.filter((one, index) => written.slice(index + 1).some((later) => takesBack(later, one)));
  const isTaker = (one: Written): boolean => written.some((earlier) => earlier !== one && takesBack(one, earlier));
  // What does nothing by itself, a registered revision or an announcement, is not named.
  const left = written.filter((one) => one.confirmed.undo.kind !== "stays" && !back.includes(one) && !isTaker(one));
  return { back, left };
}

/** One of the two requests is the other one's undo. Only a request that ended well has put anything back. */
function takesBack(later: Written, earlier: Written): boolean {
  return later.isDone && (isUndoOf(later, earlier) || isUndoOf(earlier, later));
}

function isUndoOf({ confirmed }: Written, { confirmed: { undo } }: Written): boolean {
  return undo.kind === "operation" && sameJson(confirmed.operation as never, undo.operation as never);
}
