import { capitalised, deedDone } from "../domain/deed.ts";
import { type Execution, NO_RECORD, type StepRecord } from "../domain/execution.ts";
import type { Runbook, Step } from "../domain/runbook.ts";
import { formatDuration } from "../domain/time.ts";
import type { Run } from "./run.ts";
import type { UndoOutcome } from "./undo.ts";

/**
 * The one sentence that says what came of an execution: what the first of its outcome steps did, what proves it, and how
 * long it took. A runbook names those steps; without that all its steps count. Undefined where none of them says
 * anything.
 */
export function outcomeSentence<World>({ runbook, execution, engine }: Run<World>): string | undefined {
  const records = outcomeSteps(runbook).map(({ id }) => execution.steps[id] ?? NO_RECORD);
  const did = records.find(isDone);
  const proofs = [...new Set(records.flatMap(({ proof }) => (proof === undefined ? [] : [proof])))];
  if (did === undefined) return execution.written.length > 0 ? undefined : nothingText(records);
  const took = `took ${formatDuration((engine.clock.now() - Date.parse(execution.started.at)) / 1000)}`;
  if (did.missed !== undefined) return `${capitalised(did.missed)}: ${took}`;
  return `${capitalised(deedDone(did.planned.deed))}: ${[...proofs, took].join(", ")}`;
}

/** What the steps that are done leave to remember. */
export function remindersOf<World>({ execution }: Run<World>): readonly string[] {
  const done = execution.written.map((id) => execution.steps[id] ?? NO_RECORD).filter(isDone);
  return [...new Set(done.flatMap(({ planned: { deed } }) => deed.reminder ?? []))];
}

function outcomeSteps({ outcome, steps }: Runbook): readonly Step[] {
  const named = outcome?.flatMap((id) => steps.find((step) => step.id === id) ?? []) ?? [];
  return named.length > 0 ? named : steps;
}

type Done = StepRecord & {
  readonly planned: { readonly deed: NonNullable<NonNullable<StepRecord["planned"]>["deed"]> };
};

const isDone = (record: StepRecord): record is Done =>
  record.state === "done" && record.confirmed !== undefined && record.planned?.deed !== undefined;

/** The first of them that belongs to this run found nothing to change. */
function nothingText(records: readonly StepRecord[]): string | undefined {
  const first = records.find(({ planned }) => planned !== undefined);
  return first?.state === "skipped" ? `Nothing to change: ${first.planned?.summary}` : undefined;
}

/** `step 3/6 (revert)` */
export function stepName({ steps, finally: restoring }: Runbook, id: string): string {
  const all = [...steps, ...restoring];
  const index = all.findIndex((step) => step.id === id);
  return index === -1 ? `step ${id}` : `step ${index + 1}/${all.length} (${id})`;
}

/** The steps before this one that sent something, as a row names them: `steps 1 and 2 are kept`. */
export function keptText({ runbook, execution }: { readonly runbook: Runbook; readonly execution: Execution }): string {
  const all = [...runbook.steps, ...runbook.finally];
  const kept = all.flatMap(({ id }, index) => (isKept(execution.steps[id]) ? [index + 1] : []));
  if (kept.length === 0) return "";
  const numbers = kept.length === 1 ? kept[0] : `${kept.slice(0, -1).join(", ")} and ${kept.at(-1)}`;
  return kept.length === 1 ? `step ${numbers} is kept` : `steps ${numbers} are kept`;
}

const isKept = (record: StepRecord | undefined): boolean =>
  record?.confirmed !== undefined &&
  (record.state === "done" || record.sent !== undefined) &&
  record.state !== "undone";

/** Where no undo was sent, nothing was undone, whatever the present state is. */
export function undoneText(
  { steps }: Execution,
  { undone, needless }: Pick<UndoOutcome, "undone" | "needless">,
): string {
  const nothing = needless.length === 0 ? "" : `nothing to undo: ${[...new Set(needless)].join(", ")}`;
  if (undone.length === 0) return nothing === "" ? "nothing to undo" : nothing;
  const did = undone.map((id) => {
    const { undoDeed } = steps[id] ?? NO_RECORD;
    return undoDeed === undefined ? `${id} (verified)` : deedDone(undoDeed);
  });
  return `undone: ${did.join(", ")}${nothing === "" ? "" : `; ${nothing}`}`;
}
