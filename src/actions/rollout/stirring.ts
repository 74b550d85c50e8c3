import { isTransient } from "../../aws/errors.ts";
import { isReady, type Service } from "../../aws/shapes.ts";
import type { Look, Wait } from "../world.ts";
import { isHealthyIn, type Sight } from "./sight.ts";
import { budgetOf, TASK_CALLS } from "./watch.ts";

/** Evenly over the minute, with one full look in it: in bursts the end would fall between two of them. */
const PEEK_MS = 2500;
/** Whatever the peeks show, everything is looked at this often. */
const FULL_MS = 60_000;

/** Everything: the service, its tasks and their targets. Waits until the minute's calls allow it. */
export async function lookFully(waiting: Wait): Promise<Sight> {
  const { world, target, clock, signal } = waiting;
  const budget = budgetOf(world);
  await clock.sleep(budget.waitFor(1 + TASK_CALLS, clock.now()), signal);
  const service = await world.aws.ecs.service(target.cluster, target.service);
  budget.spend(fullCalls(service), clock.now());
  const [all, targets] = await Promise.all([
    world.aws.ecs.allTasks(target.cluster, target.service),
    Promise.all(service.targetGroups.map((group) => world.aws.targetHealth(group))),
  ]);
  return { service, ...all, targets };
}

const fullCalls = ({ targetGroups }: Service): number => 1 + TASK_CALLS + targetGroups.length;

/**
 * Sleeps until a full look is worth it: once one kind of call shows that what was open has closed, or after a minute.
 * Draining takes minutes, in which nothing else moves. What a full look takes is always left of the minute's calls.
 */
export async function untilItStirs(desired: number, sight: Sight, waiting: Wait): Promise<void> {
  const { world, clock, deadline, signal } = waiting;
  const until = Math.min(clock.now() + FULL_MS, deadline);
  const budget = budgetOf(world);
  const calls = Math.max(1, sight.service.targetGroups.length);
  do {
    const afforded = budget.waitFor(calls, clock.now(), fullCalls(sight.service));
    await clock.sleep(Math.max(PEEK_MS, afforded), signal);
    budget.spend(calls, clock.now());
    if (await mayHaveClosed(desired, sight, waiting)) return;
  } while (clock.now() < until);
}

/** Tasks on their way out have stopped; ECS has begun to start or stop some; or as many serve. */
async function mayHaveClosed(desired: number, sight: Sight, { world, target }: Look): Promise<boolean> {
  const { service, running } = sight;
  const { ecs } = world.aws;
  const leaving = sight.stopped.filter(({ status }) => status !== "STOPPED").map(({ id }) => id);
  try {
    if (leaving.length > 0)
      return (await ecs.tasksNamed(target.cluster, leaving)).every(({ status }) => status === "STOPPED");
    if (running.length !== desired)
      return countsOf(await ecs.service(target.cluster, target.service)) !== countsOf(service);
    const groups = await Promise.all(service.targetGroups.map((group) => world.aws.targetHealth(group)));
    const ids = running.map(({ id }) => id);
    if (groups.length === 0) return (await ecs.tasksNamed(target.cluster, ids)).filter(isReady).length >= desired;
    return groups.every((group) => running.filter((task) => isHealthyIn(task, group)).length >= desired);
  } catch (error) {
    if (isTransient(error)) return false;
    throw error;
  }
}

const countsOf = ({ desired, running, pending }: Service): string => `${desired} ${running} ${pending}`;
