import { deedDone } from "../domain/deed.ts";
import { withState } from "../domain/ending-state.ts";
import { RUN_AGAIN } from "../domain/error.ts";
import { undoable } from "../domain/execution.ts";
import type { StepConfirmed } from "../domain/execution-event.ts";
import { counted } from "../domain/finding.ts";
import type { Step } from "../domain/runbook.ts";
import { NO_RECORD } from "../domain/step-record.ts";
import type { ExecutionOutcome } from "./outcome.ts";
import { keptText } from "./outcome-sentence.ts";
import { isInverse, restorersOf, stepsNotPutBack } from "./put-back.ts";
import type { Run } from "./run.ts";

/**
 * An execution that did not end well also says what it has put back, and what it has not. Nothing more is said where no
 * step put anything back; only a declined execution then says which earlier steps are kept. The ending itself names what
 * a restoring step could not put back.
 */
export function withAftermath<World>(run: Run<World>, ending: ExecutionOutcome): ExecutionOutcome {
  if (ending.status === "done") return ending;
  const { back, left } = writtenBy(run);
  if (back.length === 0) return ending.status === "declined" ? saying(ending, keptText(run), "") : ending;
  const done = `put back: ${titles(back)}`;
  const refused = new Set(stepsNotPutBack(run.execution, run.runbook).map(({ id }) => id));
  // Of a change with a restoring step of its own, that step has found by now that it is not there.
  const others = left.filter(({ step }) => !refused.has(step.id) && restorersOf(run.runbook, step).length === 0);
  if (others.length > 0)
    return saying(
      ending,
      `${done}; still in effect: ${deeds(run, others)}`,
      `${counted(others.length, "change")} in effect`,
    );
  if (refused.size > 0) return saying(ending, done, "");
  return { ...saying(ending, `${done}; nothing else is in effect`, "all put back"), next: nextOfNothing(ending) };
}

/** The same ending with more said of it: in its text and sentence, and in its few words. */
function saying(ending: ExecutionOutcome, more: string, state: string): ExecutionOutcome {
  if (more === "") return ending;
  const [text, outcome] = [`${ending.text}; ${more}`, `${ending.outcome}; ${more}`];
  return { ...ending, text, outcome, state: withState(ending.state, state) };
}

/** Nothing is left to undo: what can be done is to begin anew. */
function nextOfNothing({ next }: ExecutionOutcome): readonly string[] {
  const others = next.filter((line) => !/^vulcan-ops (undo|resume) /.test(line));
  // "make room, then:" needs what comes then.
  return others.at(-1)?.endsWith(":") === false ? others : [...others, RUN_AGAIN];
}

/** With the names that there are now: `renamed instance vulcan-prod to vulcan-prod-before`. */
function deeds<World>({ execution }: Run<World>, written: readonly Written[]): string {
  const texts = written.map(({ step }) => {
    const deed = execution.steps[step.id]?.planned?.deed;
    return deed === undefined ? step.title : deedDone(deed);
  });
  return texts.join(", ");
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
