import { isReady, type Service, type Task } from "../../../domain/aws/ecs.ts";
import { isTransient } from "../../../domain/error.ts";
import type { Look, Wait } from "../../../domain/services.ts";
import { budgetOf, TASK_CALLS } from "./reader.ts";
import { isHealthyIn, type Sight } from "./snapshot.ts";

/** Evenly over the minute, with one full look in it: in bursts the end would fall between two of them. */
const PEEK_MS = 2500;
/** While a target drains, which takes minutes, the calls are kept for the seconds in which its task is given up. */
const DRAINING_MS = 5000;
const LAST_MS = 1000;
/** So often in a row: a task may take longer to go, and the calls have to last. */
const MOST_LAST = 10;
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
  let leaving: readonly Task[] | undefined = leavingOf(sight.stopped);
  let last = 0;
  do {
    const pace = last < MOST_LAST ? paceOf(leaving) : PEEK_MS;
    if (pace === LAST_MS) last++;
    const cost = leaving.length > 0 ? 1 : calls;
    const afforded = budget.waitFor(cost, clock.now(), fullCalls(sight.service));
    await clock.sleep(Math.max(pace, afforded), signal);
    budget.spend(cost, clock.now());
    leaving = await peek(desired, sight, leaving, waiting);
  } while (leaving !== undefined && clock.now() < until);
}

const leavingOf = (stopped: readonly Task[]): readonly Task[] => stopped.filter(({ status }) => status !== "STOPPED");

/** Ms until the next peek is worth it, by how far the tasks on their way out have come (ecs.md §1: the task's states). */
function paceOf(leaving: readonly Task[]): number {
  if (leaving.some(({ status }) => status === "DEACTIVATING")) return DRAINING_MS;
  return leaving.length > 0 && leaving.every(({ status }) => status === "DEPROVISIONING") ? LAST_MS : PEEK_MS;
}

/** The tasks that still leave. Undefined once they have stopped, ECS has begun to start or stop some, or as many serve. */
async function peek(
  desired: number,
  { service, running }: Sight,
  leaving: readonly Task[],
  { world, target }: Look,
): Promise<readonly Task[] | undefined> {
  const { ecs } = world.aws;
  const named = (tasks: readonly Task[]) =>
    ecs.tasksNamed(
      target.cluster,
      tasks.map(({ id }) => id),
    );
  const moved = async () => {
    if (running.length !== desired)
      return countsOf(await ecs.service(target.cluster, target.service)) !== countsOf(service);
    const groups = await Promise.all(service.targetGroups.map((group) => world.aws.targetHealth(group)));
    if (groups.length === 0) return (await named(running)).filter(isReady).length >= desired;
    return groups.every((group) => running.filter((task) => isHealthyIn(task, group)).length >= desired);
  };
  try {
    if (leaving.length === 0) return (await moved()) ? undefined : [];
    const left = leavingOf(await named(leaving));
    return left.length === 0 ? undefined : left;
  } catch (error) {
    if (isTransient(error)) return leaving;
    throw error;
  }
}

const countsOf = ({ desired, running, pending }: Service): string => `${desired} ${running} ${pending}`;
