import { type Baseline, parseBaseline } from "../../domain/reconnects/reading.ts";
import { loadJournal } from "../../journal/journal-file.ts";
import { listExecutions } from "../../journal/list-executions.ts";
import { onTarget } from "../execution/executions-of-target.ts";
import type { OpenTarget } from "../open-target.ts";

/** What was connected yesterday says little of today. */
const OLDEST_MS = 24 * 3600 * 1000;
const MOST_JOURNALS = 10;

/**
 * The newest readings that an execution here took before the change that began at `begun` (epoch ms). After an undo these
 * are those of the execution that was undone. Undefined where none is on record, or none of the last day.
 */
export async function recordedBaseline(
  { target, endpoint, stateDir }: OpenTarget,
  begun: number,
): Promise<Baseline | undefined> {
  const { executions } = await listExecutions(stateDir).catch(() => ({ executions: [] }));
  const near = onTarget(executions, target, endpoint).filter(
    ({ at, lastAt }) => Date.parse(at) <= begun && Date.parse(lastAt) >= begun - OLDEST_MS,
  );
  for (const { id } of near.slice(0, MOST_JOURNALS)) {
    const loaded = await loadJournal(stateDir, id).catch(() => undefined);
    const records = Object.values(loaded?.execution.steps ?? {});
    const taken = records.find(({ planned }) => planned?.action === "reconnects.baseline");
    const text = taken?.outputs.baseline;
    const baseline = typeof text === "string" ? parseBaseline(text) : undefined;
    if (baseline !== undefined && baseline.at <= begun && baseline.at >= begun - OLDEST_MS) return baseline;
  }
  return undefined;
}
