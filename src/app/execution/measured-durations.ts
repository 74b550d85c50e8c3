import { measuredWaits, usualWaits, waitKey } from "../../domain/measured.ts";
import type { Engine } from "../../engine/run.ts";
import { loadJournal } from "../../journal/journal-file.ts";
import { listExecutions } from "../../journal/list-executions.ts";
import type { OpenTarget } from "../open-target.ts";
import { onTarget } from "./executions-of-target.ts";

const NEWEST = 5;

/**
 * How long the waits of the newest good executions on this target took. Only in AWS itself, whose clock is real: a
 * sandbox is as fast as it is told to be. Read beside the run; until then, and if it fails, nothing is known.
 */
export function measuredDurations(open: OpenTarget): Pick<Engine<unknown>, "measured"> {
  if (open.endpoint !== undefined) return {};
  let known: ReadonlyMap<string, number> = new Map();
  readDurations(open).then(
    (waits) => {
      known = waits;
    },
    () => undefined,
  );
  return { measured: (action, step) => known.get(waitKey(action, step)) };
}

async function readDurations({ stateDir, target }: OpenTarget): Promise<ReadonlyMap<string, number>> {
  const { executions } = await listExecutions(stateDir);
  const good = onTarget(executions, target, undefined).filter(({ ended }) => ended?.status === "done");
  const journals = await Promise.all(
    good.slice(0, NEWEST).map(({ id }) => loadJournal(stateDir, id).catch(() => undefined)),
  );
  return usualWaits(journals.flatMap((journal) => (journal === undefined ? [] : [measuredWaits(journal.events)])));
}
