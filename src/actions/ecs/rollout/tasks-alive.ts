import type { Look } from "../../../domain/services.ts";

/** How many tasks of the service exist in whatever state but STOPPED: a draining one still answers, and writes. */
export async function tasksAlive({ world, target }: Look): Promise<number> {
  const { running, stopped } = await world.aws.ecs.allTasks(target.cluster, target.service);
  return [...running, ...stopped].filter(({ status }) => status !== "STOPPED").length;
}
