import { type Execution, NO_RECORD, type StepRecord, undoable } from "../domain/execution.ts";
import type { Phase } from "../domain/plan.ts";
import { confirmOf, type Runbook, type Step } from "../domain/runbook.ts";
import type { Target } from "../domain/target.ts";
import { bind, type Scope } from "../runbook/reference.ts";
import { actionOf, type Foretold, foretold, isLeftOut, riskOf } from "./plan.ts";
import type { Planner } from "./run.ts";
import { undoing } from "./undo.ts";

/** A typed confirmation that is still to come, and what it is going to name, where that is known. */
export interface TypedAhead extends Foretold {
  readonly step: string;
}

/**
 * What going on with an execution, or undoing it, is going to ask for by a typed text, as far as the record alone tells:
 * whoever answers by flags learns before the first request that one is missing. Reads nothing, for an execution that has
 * died half-way may not be plannable as a whole. What was being done when it died is asked for first, if at all.
 */
export function typedAhead<World>(
  planner: Planner<World>,
  runbook: Runbook,
  execution: Execution,
  mode: Phase,
): readonly TypedAhead[] {
  const steps = mode === "undo" ? toUndo(runbook, execution) : toDo(runbook, execution);
  const scope = scopeOf(execution, planner.target);
  return steps.flatMap((step) => {
    const action = actionOf(planner, step);
    if (confirmOf(step.confirm, riskOf(step, action)) !== "typed") return [];
    return [{ step: step.id, ...foretold(action, bind(step, scope)) }];
  });
}

/** What a step gives that was under way, or is done again, is not all on record yet: it counts as not known. */
function scopeOf({ started, steps }: Execution, target: Target): Scope {
  const given = Object.entries(steps)
    .filter(([, { state }]) => BEHIND.has(state))
    .map(
      ([id, { state, outputs }]) => [id, { outputs, origin: state === "interrupted" ? "predicted" : "read" }] as const,
    );
  return { inputs: started.inputs, target, steps: Object.fromEntries(given) };
}

const recordOf = ({ steps }: Execution, id: string): StepRecord => steps[id] ?? NO_RECORD;

const BEHIND: ReadonlySet<StepRecord["state"]> = new Set(["done", "skipped", "interrupted"]);

function toDo({ steps }: Runbook, execution: Execution): readonly Step[] {
  const { inputs } = execution.started;
  return steps.filter((step) => !BEHIND.has(recordOf(execution, step.id).state) && !isLeftOut(step, inputs));
}

/** One whose request has no answer on record may never have taken effect: then nothing is asked about it. */
function toUndo({ steps }: Runbook, execution: Execution): readonly Step[] {
  return undoable(execution).flatMap((id) => {
    const { confirmed, sent, undoing: begun } = recordOf(execution, id);
    const step = steps.find((each) => each.id === id);
    if (step === undefined || sent === undefined || begun !== undefined || confirmed?.undo.kind !== "operation")
      return [];
    return [undoing(step, confirmed.undo.with)];
  });
}
