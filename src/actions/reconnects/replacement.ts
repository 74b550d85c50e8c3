import type { Attempt } from "../../domain/action.ts";
import type { ActionReadContext } from "../../domain/services.ts";
import { primaryOf } from "../ecs/rollout/snapshot.ts";

/** When the last old task was gone (epoch ms); `running` while one is there; `unlisted` where ECS lists none any more. */
export type OldTasks = number | "running" | "unlisted";

/**
 * The old tasks of a change that began at `begun` (epoch ms). Old is a task of another revision than the service's, and
 * each one that ECS has told to stop. ECS lists a stopped task for an hour. [D: DescribeTasks]
 */
export async function readOldTasks(
  { services: { aws }, target }: Pick<ActionReadContext, "services" | "target">,
  begun: number,
): Promise<OldTasks> {
  const [service, { running, stopped }] = await Promise.all([
    aws.ecs.service(target.cluster, target.service),
    aws.ecs.allTasks(target.cluster, target.service),
  ]);
  const leaving = stopped.filter(({ status }) => status !== "STOPPED");
  const others = running.filter(({ taskDefinition }) => taskDefinition !== service.taskDefinition);
  if (leaving.length + others.length > 0) return "running";
  const primary = primaryOf(service)?.id;
  const old = stopped.filter((task) => task.taskDefinition !== service.taskDefinition || task.startedBy !== primary);
  const ends = old.map(({ stoppedAt = "" }) => Date.parse(stoppedAt)).filter((end) => end >= begun);
  return ends.length === 0 ? "unlisted" : Math.max(...ends);
}

/** When this execution first asked ECS to replace tasks (epoch ms); undefined where it did not. */
export function replacedSince(attempts: readonly Attempt[] = []): number | undefined {
  const times = attempts.filter(replacesTasks).map(({ confirmedAt = "" }) => Date.parse(confirmedAt));
  return times.length === 0 ? undefined : Math.min(...times);
}

const REPLACING: ReadonlySet<string> = new Set(["UpdateService", "StopServiceDeployment", "StopTask"]);

const replacesTasks = ({ operation }: Attempt): boolean => operation !== undefined && REPLACING.has(operation.name);
