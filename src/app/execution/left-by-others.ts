import { unfinishedText } from "../../domain/unfinished.ts";
import { atMost, MOST_OPEN } from "../../journal/at-most.ts";
import { listExecutions } from "../../journal/list-executions.ts";
import type { OpenTarget } from "../open-target.ts";
import { createUnfinishedReads } from "../status/unfinished.ts";
import { onTarget } from "./executions-of-target.ts";

/**
 * What earlier executions on record here have not put back, a sentence for each, with its command. To be read under the
 * target's lock: while an execution runs, what it changed is intended.
 */
export async function leftByOthers(open: OpenTarget): Promise<readonly string[]> {
  const { executions } = await listExecutions(open.stateDir);
  const unfinishedOf = createUnfinishedReads(open);
  const here = onTarget(executions, open.target, open.endpoint);
  const sentences = await atMost(MOST_OPEN, here, async (execution) => {
    const [first, ...rest] = await unfinishedOf(execution);
    if (first === undefined) return [];
    const left = [first, ...rest].map(unfinishedText).join("; ");
    return [`Execution ${execution.id} has not put back: ${left}. To put it back: ${first.command}`];
  });
  return sentences.flat();
}
