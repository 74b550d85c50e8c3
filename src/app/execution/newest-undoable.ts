import { listExecutions } from "../../journal/list-executions.ts";
import type { OpenTarget } from "../open-target.ts";
import { onTarget } from "./executions-of-target.ts";

/** The newest execution on this target, in this world, if it changed something that stands: its id. */
export async function newestUndoable({ target, endpoint, stateDir }: OpenTarget): Promise<string | undefined> {
  const { executions } = await listExecutions(stateDir).catch(() => ({ executions: [] }));
  const newest = onTarget(executions, target, endpoint).find(
    ({ ended, isUndoable }) => ended !== undefined && isUndoable,
  );
  return newest?.id;
}
