import {
  type Deployment,
  isReady,
  type Service,
  type ServiceDeployment,
  type TargetHealth,
  type Task,
} from "../../../domain/aws/ecs.ts";
import type { Look } from "../../../domain/services.ts";

/** One look at a rollout. */
export interface Sight {
  readonly service: Service;
  /** Those that ECS wants to run. */
  readonly running: readonly Task[];
  /** Those on their way out, still draining ones among them, and those that stopped within the hour. */
  readonly stopped: readonly Task[];
  /** One list a target group. */
  readonly targets: readonly (readonly TargetHealth[])[];
  /** The newest service deployment, where it may be read. */
  readonly deployment?: ServiceDeployment;
}

export function primaryOf(service: Service): Deployment | undefined {
  return service.deployments.find((deployment) => deployment.status === "PRIMARY");
}

/** Tasks that can serve and that every target group finds healthy: what users get. */
export function inService({ running, targets }: Sight): Task[] {
  return running.filter((task) => isReady(task) && targets.every((group) => isHealthyIn(task, group)));
}

export function isHealthyIn({ addresses }: Task, group: readonly TargetHealth[]): boolean {
  return group.some(({ address, state }) => state === "healthy" && addresses.includes(address));
}

/** Tasks of other revisions that still exist, in whatever state: a draining one goes on answering what it has begun. */
export function othersAlive(wanted: string, { running, stopped }: Sight): Task[] {
  return [...running, ...stopped].filter((task) => task.taskDefinition !== wanted && task.status !== "STOPPED");
}

/** Targets of other revisions' tasks, in whatever state. */
export function othersTargeted(wanted: string, { running, stopped, targets }: Sight): TargetHealth[] {
  const foreign = [...running, ...stopped].filter((task) => task.taskDefinition !== wanted);
  const own = [...running, ...stopped].filter((task) => task.taskDefinition === wanted && task.status !== "STOPPED");
  const taken = new Set(own.flatMap((task) => task.addresses));
  const addresses = new Set(foreign.flatMap((task) => task.addresses).filter((address) => !taken.has(address)));
  return targets.flat().filter(({ address }) => addresses.has(address));
}

/** How many tasks of the service exist in whatever state but STOPPED: a draining one still answers, and writes. */
export async function tasksAlive({ world, target }: Look): Promise<number> {
  const { running, stopped } = await world.aws.ecs.allTasks(target.cluster, target.service);
  return [...running, ...stopped].filter(({ status }) => status !== "STOPPED").length;
}
