import { NO_RECORD, type StepConfirmed, undoable } from "../domain/execution.ts";
import type { Step } from "../domain/runbook.ts";
import type { ExecutionOutcome } from "./outcome.ts";
import { keptText } from "./outcome-sentence.ts";
import { isInverse, stepsNotPutBack } from "./put-back.ts";
import type { Run } from "./run.ts";

/**
 * The text after the reason of an execution that did not end well: what it has put back, and what it has not. Empty
 * where no step put anything back; only a declined execution then says which earlier steps are kept. The ending itself
 * names what a restoring step could not put back.
 */
export function aftermath<World>(run: Run<World>, { status }: ExecutionOutcome): string {
  if (status === "done") return "";
  const { back, left } = writtenBy(run);
  if (back.length === 0) return status === "declined" ? `; ${keptText(run)}` : "";
  const refused = new Set(stepsNotPutBack(run.execution, run.runbook).map(({ id }) => id));
  const others = left.filter(({ step }) => !refused.has(step.id));
  if (others.length > 0) return `; put back: ${titles(back)}; still in effect: ${titles(others)}`;
  return `; put back: ${titles(back)}${refused.size > 0 ? "" : "; nothing else is in effect"}`;
}

const titles = (written: readonly Written[]): string => written.map(({ step }) => step.title).join(", ");

interface Written {
  readonly step: Step;
  readonly confirmed: StepConfirmed;
  readonly isDone: boolean;
}

/** Steps whose change a later step has put back, and those whose change is still in effect. */
function writtenBy<World>({ runbook, execution }: Run<World>) {
  const all = [...runbook.steps, ...runbook.finally];
  const written: Written[] = [...undoable(execution)].reverse().flatMap((id) => {
    const step = all.find((each) => each.id === id);
    const { confirmed, state } = execution.steps[id] ?? NO_RECORD;
    return step === undefined || confirmed === undefined ? [] : [{ step, confirmed, isDone: state === "done" }];
  });
  const back = written.filter((one, index) => written.slice(index + 1).some((later) => takesBack(later, one)));
  const isTaker = (one: Written): boolean => written.some((earlier) => earlier !== one && takesBack(one, earlier));
  // Leave out what does nothing by itself: a registered revision or an announcement.
  const left = written.filter((one) => one.confirmed.undo.kind !== "stays" && !back.includes(one) && !isTaker(one));
  return { back, left };
}

/** One of the two requests is the other one's undo. Only a request that ended well has put anything back. */
function takesBack(later: Written, earlier: Written): boolean {
  const [one, other] = [later.confirmed, earlier.confirmed];
  return later.isDone && (isInverse(other, one) || isInverse(one, other));
}
