import type { Execution } from "../../domain/execution.ts";
import { type Mark, marksOf } from "../../domain/failed-revision.ts";
import type { Target } from "../../domain/target.ts";
import { listExecutions } from "../../journal/journal-file.ts";

/** Those of the executions that ran on this service, of AWS itself or of the same sandbox. */
export function onTarget(
  executions: readonly Execution[],
  target: Target,
  endpoint: string | undefined,
): readonly Execution[] {
  return executions.filter(({ started }) => {
    const { cluster, service, region } = started.target;
    const isSame = cluster === target.cluster && service === target.service && region === target.region;
    return isSame && started.endpoint === endpoint;
  });
}

/** The revisions that the executions on record here have found bad; none where there is no record. */
export async function failedRevisionsHere(
  dir: string,
  target: Target,
  endpoint: string | undefined,
): Promise<readonly Mark[]> {
  const { executions } = await listExecutions(dir);
  return marksOf(onTarget(executions, target, endpoint));
}
