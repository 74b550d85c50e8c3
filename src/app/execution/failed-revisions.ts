import { type Mark, marksOf } from "../../domain/failed-revision.ts";
import type { Target } from "../../domain/target.ts";
import { listExecutions } from "../../journal/journal-file.ts";

/** What the executions on record here have seen of the target's revisions; nothing where there is no record. */
export async function marksHere(dir: string, target: Target, endpoint: string | undefined): Promise<readonly Mark[]> {
  const { executions } = await listExecutions(dir);
  return marksOf(
    executions.filter(({ started }) => {
      const { cluster, service, region } = started.target;
      const isSame = cluster === target.cluster && service === target.service && region === target.region;
      return isSame && started.endpoint === endpoint;
    }),
  );
}
