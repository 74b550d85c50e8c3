import { type RevisionMark, revisionMarks } from "../../domain/failed-revision.ts";
import type { RecordedExecution } from "../../domain/recorded-execution.ts";
import type { Target } from "../../domain/target.ts";
import { listExecutions } from "../../journal/list-executions.ts";

/** The executions that ran on this service, in AWS itself or in the same sandbox. */
export function onTarget<E extends Pick<RecordedExecution, "target" | "endpoint">>(
  executions: readonly E[],
  target: Target,
  endpoint: string | undefined,
): readonly E[] {
  return executions.filter((one) => {
    const { cluster, service, region } = one.target;
    const isSame = cluster === target.cluster && service === target.service && region === target.region;
    return isSame && one.endpoint === endpoint;
  });
}

/** The revisions that the executions recorded here found bad; none if nothing is recorded. */
export async function failedRevisionsHere(
  dir: string,
  target: Target,
  endpoint: string | undefined,
): Promise<readonly RevisionMark[]> {
  const { executions } = await listExecutions(dir);
  return revisionMarks(onTarget(executions, target, endpoint));
}
