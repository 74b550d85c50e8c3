import type { TargetStatus } from "./target-status.ts";

/** What a target is counted under that belongs to no task which was read. */
export const UNKNOWN_TASK = "an unknown task";

/** Which revisions answer users, and of how many that are wanted. */
export interface Serving {
  readonly desired: number;
  /** Healthy targets of the load balancer by revision, the most first; tasks where there is no load balancer. */
  readonly revisions: readonly (readonly [taskDefinition: string, healthy: number])[];
  readonly healthy: number;
  readonly by: "load balancer" | "tasks";
}

/** Undefined where that could not be read. Only the load balancer's word counts, where there is one. */
export function servingNow({ service, tasks, balancer }: TargetStatus): Serving | undefined {
  if (!service.known || !balancer.known) return undefined;
  const hasGroups = balancer.value.groups.length > 0;
  if (!hasGroups && !tasks.known) return undefined;
  const isMatched = balancer.value.groups.every(({ unmatched }) => unmatched !== true);
  const counts = hasGroups && isMatched ? balancer.value.serving : tasks.known ? tasks.value.healthy : {};
  const revisions = Object.entries(counts)
    .filter(([, healthy]) => healthy > 0)
    .sort(([, a], [, b]) => b - a);
  const healthy = revisions.reduce((sum, [, one]) => sum + one, 0);
  return { desired: service.value.desired, revisions, healthy, by: hasGroups ? "load balancer" : "tasks" };
}

/** Its healthy targets; undefined where some belong to tasks that are not known: those may be of this revision. */
export function healthyOf({ revisions }: Serving, taskDefinition: string): number | undefined {
  const own = revisions.find(([revision]) => revision === taskDefinition)?.[1];
  return own ?? (revisions.some(([revision]) => revision === UNKNOWN_TASK) ? undefined : 0);
}
