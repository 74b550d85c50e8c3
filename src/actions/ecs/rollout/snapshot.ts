import {
  type Deployment,
  isReady,
  type Service,
  type ServiceDeployment,
  type TargetHealth,
  type Task,
} from "../../../domain/aws/ecs.ts";
import { cannotBeMatched, type GroupTargets, groupsOf, isHealthyIn } from "../../../domain/aws/targets.ts";
import type { ActionReadContext } from "../../../domain/services.ts";

/** One read of a rollout. */
export interface RolloutSnapshot {
  readonly service: Service;
  /** Tasks that ECS wants to run. */
  readonly running: readonly Task[];
  /** Tasks that are draining or stopping, and those that stopped within the last hour. */
  readonly stopped: readonly Task[];
  /** One list for each target group. */
  readonly targets: readonly (readonly TargetHealth[])[];
  /** The newest service deployment, if the credentials may read it. */
  readonly deployment?: ServiceDeployment;
}

export function primaryOf(service: Service): Deployment | undefined {
  return service.deployments.find((deployment) => deployment.status === "PRIMARY");
}

/** The target groups by whether their targets can be matched to the service's tasks. */
export function matchGroups({ service, running, stopped, targets }: Omit<RolloutSnapshot, "deployment">): {
  readonly matched: readonly GroupTargets[];
  readonly unmatched: readonly GroupTargets[];
} {
  const all = groupsOf(service, targets);
  const isUnmatched = (group: GroupTargets) => cannotBeMatched(group.targets, [...running, ...stopped]);
  return { matched: all.filter((group) => !isUnmatched(group)), unmatched: all.filter(isUnmatched) };
}

/** Tasks that can serve and that every target group finds healthy, as far as its targets can be matched to tasks. */
export function inService(snapshot: RolloutSnapshot): Task[] {
  const { matched } = matchGroups(snapshot);
  return snapshot.running.filter((task) => isReady(task) && matched.every(({ targets }) => isHealthyIn(task, targets)));
}

/** Tasks of other revisions that still exist, in any state. A draining task still answers what it has begun. */
export function otherTasksAlive(wanted: string, { running, stopped }: RolloutSnapshot): Task[] {
  return [...running, ...stopped].filter((task) => task.taskDefinition !== wanted && task.status !== "STOPPED");
}

/** Targets of other revisions' tasks, in any state; one list for each target group. */
export function otherTargets(
  wanted: string,
  { running, stopped, targets }: RolloutSnapshot,
): readonly (readonly TargetHealth[])[] {
  const foreign = [...running, ...stopped].filter((task) => task.taskDefinition !== wanted);
  const own = [...running, ...stopped].filter((task) => task.taskDefinition === wanted && task.status !== "STOPPED");
  const taken = new Set(own.flatMap((task) => task.addresses));
  const addresses = new Set(foreign.flatMap((task) => task.addresses).filter((address) => !taken.has(address)));
  return targets.map((group) => group.filter(({ address }) => addresses.has(address)));
}

/** How many tasks of the service exist in any state but STOPPED. A draining task still answers, and writes. */
export async function tasksAlive({ services, target }: ActionReadContext): Promise<number> {
  const { running, stopped } = await services.aws.ecs.allTasks(target.cluster, target.service);
  return [...running, ...stopped].filter(({ status }) => status !== "STOPPED").length;
}
