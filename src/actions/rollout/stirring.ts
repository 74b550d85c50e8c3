import { isTransient } from "../../aws/errors.ts";
import type { Service } from "../../aws/shapes.ts";
import type { Look, Wait } from "../world.ts";
import { isHealthyIn, type Sight } from "./sight.ts";

const PEEK_MS = 2000;
/** Whatever the peeks show, everything is looked at this often. */
const FULL_MS = 30_000;

/**
 * Sleeps until a full look (five calls) is worth it: once one kind of call shows that what was open has closed, or after
 * half a minute. Draining takes minutes, in which nothing else moves.
 */
export async function untilItStirs(desired: number, sight: Sight, waiting: Wait): Promise<void> {
  const { clock, deadline, signal } = waiting;
  const until = Math.min(clock.now() + FULL_MS, deadline);
  do {
    await clock.sleep(PEEK_MS, signal);
    if (await mayHaveClosed(desired, sight, waiting)) return;
  } while (clock.now() < until);
}

/** Tasks on their way out have stopped; ECS has begun to start or stop some; or as many targets are healthy. */
async function mayHaveClosed(desired: number, sight: Sight, { world, target }: Look): Promise<boolean> {
  const { service } = sight;
  const leaving = sight.stopped.filter(({ status }) => status !== "STOPPED").map(({ id }) => id);
  try {
    if (leaving.length > 0)
      return (await world.aws.ecs.tasksNamed(target.cluster, leaving)).every(({ status }) => status === "STOPPED");
    if (sight.running.length !== desired)
      return countsOf(await world.aws.ecs.service(target.cluster, target.service)) !== countsOf(service);
    const groups = await Promise.all(service.targetGroups.map((group) => world.aws.targetHealth(group)));
    return groups.every((group) => sight.running.filter((task) => isHealthyIn(task, group)).length >= desired);
  } catch (error) {
    if (isTransient(error)) return false;
    throw error;
  }
}

const countsOf = ({ desired, running, pending }: Service): string => `${desired} ${running} ${pending}`;
