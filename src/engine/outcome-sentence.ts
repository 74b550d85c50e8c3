import { capitalised, deedDone } from "../domain/deed.ts";
import { doneState } from "../domain/ending-state.ts";
import { type Execution, undoable } from "../domain/execution.ts";
import type { Runbook, Step } from "../domain/runbook.ts";
import { NO_RECORD, type StepRecord } from "../domain/step-record.ts";
import { formatDuration } from "../domain/time.ts";
import type { Run } from "./run.ts";

/**
 * The one sentence that says what came of an execution: what the first of its outcome steps did, or each of several alike,
 * what proves it, and how long it took. A runbook names those steps; without that all its steps count. Undefined where none of them says
 * anything.
 */
export function outcomeSentence<World>(run: Run<World>): string | undefined {
  const { engine, execution } = run;
  const did = didSoFar(run);
  if (did === undefined) return execution.written.length > 0 ? undefined : nothingText(outcomeRecords(run));
  const took = `took ${formatDuration((engine.clock.now() - Date.parse(execution.started.at)) / 1000)}`;
  return `${did.text}: ${[...did.proofs, took].join(", ")}`;
}

/** The same in about ten words: the deed, and the proofs that fit. */
export function outcomeState<World>(run: Run<World>): string | undefined {
  const did = didSoFar(run);
  return did === undefined ? undefined : doneState(did.text, did.proofs);
}

/** The same before the end, for a notice: without how long it took. */
export function outcomeSoFar<World>(run: Run<World>): string | undefined {
  const did = didSoFar(run);
  return did === undefined
    ? undefined
    : [did.text, ...(did.proofs.length === 0 ? [] : [did.proofs.join(", ")])].join(": ");
}

function didSoFar<World>(run: Run<World>): { readonly text: string; readonly proofs: readonly string[] } | undefined {
  const records = outcomeRecords(run);
  const did = records.find(isDone);
  if (did === undefined) return undefined;
  if (did.missed !== undefined) return { text: capitalised(did.missed), proofs: [] };
  const proofs = [...new Set(records.flatMap(({ proof }) => (proof === undefined ? [] : [proof])))];
  return { text: capitalised(deedsDone(did, records.filter(isDone))), proofs };
}

/** `created the alert on …, the alert on …; changed the alert on …` */
function deedsDone(first: Done, all: readonly Done[]): string {
  const several = all.filter(({ planned: { deed } }) => deed.isOneOfSeveral === true);
  const deeds = (several.includes(first) ? several : [first]).map(({ planned: { deed } }) => deed);
  const kinds = [...new Set(deeds.map(({ past }) => past))];
  const of = (kind: string) =>
    deeds.filter(({ past }) => past === kind).map((deed) => deedDone({ ...deed, past: "" }).trim());
  return kinds.map((kind) => `${kind} ${of(kind).join(", ")}`).join("; ");
}

const outcomeRecords = <World>({ runbook, execution }: Run<World>): readonly StepRecord[] =>
  outcomeSteps(runbook).map(({ id }) => execution.steps[id] ?? NO_RECORD);

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
  const standing = undoable(execution);
  const kept = all.flatMap(({ id }, index) => (standing.includes(id) ? [index + 1] : []));
  if (kept.length === 0) return "";
  const numbers = kept.length === 1 ? kept[0] : `${kept.slice(0, -1).join(", ")} and ${kept.at(-1)}`;
  return kept.length === 1 ? `step ${numbers} is kept` : `steps ${numbers} are kept`;
}

/** Where no undo was sent, nothing was undone, whatever the present state is. */
export function undoneText(
  { steps }: Execution,
  { undone, needless }: { readonly undone: readonly string[]; readonly needless: readonly string[] },
): string {
  const nothing = needless.length === 0 ? "" : `nothing to undo: ${[...new Set(needless)].join(", ")}`;
  if (undone.length === 0) return nothing === "" ? "nothing to undo" : nothing;
  const did = undone.map((id) => {
    const { undoDeed } = steps[id] ?? NO_RECORD;
    return undoDeed === undefined ? `${id} (verified)` : deedDone(undoDeed);
  });
  return `undone: ${did.join(", ")}${nothing === "" ? "" : `; ${nothing}`}`;
}
