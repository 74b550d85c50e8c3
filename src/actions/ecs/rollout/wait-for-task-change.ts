import { isReady, type Service, type Task } from "../../../domain/aws/ecs.ts";
import { isHealthyIn } from "../../../domain/aws/targets.ts";
import { isTransient } from "../../../domain/error.ts";
import type { ActionReadContext, ActionVerifyContext } from "../../../domain/services.ts";
import { budgetOf, TASK_CALLS } from "./reader.ts";
import { matchGroups, type RolloutSnapshot } from "./snapshot.ts";

/** Spread the calls over the minute, with one full read. If we polled in bursts, a task could stop unseen. */
const PEEK_MS = 2500;
/** A target drains for minutes. Keep the calls for the seconds in which its task stops. */
const DRAINING_MS = 5000;
const LAST_MS = 1000;
/** How many polls at this pace: a task may take longer to stop, and the calls have to last. */
const MOST_LAST = 10;
/** Read everything this often, whatever the polls show. */
const FULL_MS = 60_000;

/** Reads the service, its tasks and their targets. Waits until the minute's calls allow it. */
export async function readSnapshotPaced(context: ActionVerifyContext): Promise<RolloutSnapshot> {
  const { services, target, clock, signal } = context;
  const budget = budgetOf(services);
  await clock.sleep(budget.waitFor(1 + TASK_CALLS, clock.now()), signal);
  const service = await services.aws.ecs.service(target.cluster, target.service);
  budget.spend(fullCalls(service), clock.now());
  const [all, targets] = await Promise.all([
    services.aws.ecs.allTasks(target.cluster, target.service),
    Promise.all(service.targetGroups.map((group) => services.aws.targetHealth(group))),
  ]);
  return { service, ...all, targets };
}

const fullCalls = ({ targetGroups }: Service): number => 1 + TASK_CALLS + targetGroups.length;

/**
 * Sleeps until a full read is worth it: when one kind of call shows that what was open is done, or after a minute.
 * Draining takes minutes, and nothing else moves meanwhile. The minute always has enough calls left for a full read.
 */
export async function waitForTaskChange(
  desired: number,
  snapshot: RolloutSnapshot,
  context: ActionVerifyContext,
): Promise<void> {
  const { services, clock, deadline, signal } = context;
  const until = Math.min(clock.now() + FULL_MS, deadline);
  const budget = budgetOf(services);
  const calls = Math.max(1, snapshot.service.targetGroups.length);
  let leaving: readonly Task[] | undefined = stoppingTasks(snapshot.stopped);
  let last = 0;
  do {
    const pace = last < MOST_LAST ? pollInterval(leaving) : PEEK_MS;
    if (pace === LAST_MS) last++;
    const cost = leaving.length > 0 ? 1 : calls;
    const afforded = budget.waitFor(cost, clock.now(), fullCalls(snapshot.service));
    await clock.sleep(Math.max(pace, afforded), signal);
    budget.spend(cost, clock.now());
    leaving = await pollTasks(desired, snapshot, leaving, context);
  } while (leaving !== undefined && clock.now() < until);
}

const stoppingTasks = (stopped: readonly Task[]): readonly Task[] =>
  stopped.filter(({ status }) => status !== "STOPPED");

/** Ms until the next poll is worth it, by the state of the tasks that are stopping (ecs.md §1: the task's states). */
function pollInterval(leaving: readonly Task[]): number {
  if (leaving.some(({ status }) => status === "DEACTIVATING")) return DRAINING_MS;
  return leaving.length > 0 && leaving.every(({ status }) => status === "DEPROVISIONING") ? LAST_MS : PEEK_MS;
}

/** The tasks still stopping. Undefined once they have stopped, ECS begins to start or stop some, or enough serve. */
async function pollTasks(
  desired: number,
  { service, running, stopped }: RolloutSnapshot,
  leaving: readonly Task[],
  { services, target }: ActionReadContext,
): Promise<readonly Task[] | undefined> {
  const { ecs } = services.aws;
  const named = (tasks: readonly Task[]) =>
    ecs.tasksNamed(
      target.cluster,
      tasks.map(({ id }) => id),
    );
  const moved = async () => {
    if (running.length !== desired)
      return countsOf(await ecs.service(target.cluster, target.service)) !== countsOf(service);
    const targets = await Promise.all(service.targetGroups.map((group) => services.aws.targetHealth(group)));
    const { matched } = matchGroups({ service, running, stopped, targets });
    if (matched.length === 0) return (await named(running)).filter(isReady).length >= desired;
    return matched.every((group) => running.filter((task) => isHealthyIn(task, group.targets)).length >= desired);
  };
  try {
    if (leaving.length === 0) return (await moved()) ? undefined : [];
    const left = stoppingTasks(await named(leaving));
    return left.length === 0 ? undefined : left;
  } catch (error) {
    if (isTransient(error)) return leaving;
    throw error;
  }
}

const countsOf = ({ desired, running, pending }: Service): string => `${desired} ${running} ${pending}`;
