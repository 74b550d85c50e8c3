import { type Unfinished, unfinishedText } from "../unfinished.ts";
import {
  type AlarmOverview,
  type DatabaseOverview,
  type DeploymentOverview,
  type GroupOverview,
  type Known,
  noRecovery,
  type ServiceOverview,
  type TargetStatus,
  type TasksOverview,
  type Unavailable,
} from "./target-status.ts";
import type { TrafficOverview } from "./traffic.ts";
import { percent } from "./traffic-text.ts";

/** What is wrong, one sentence each, the worst first; empty where nothing is. */
export function problems(status: TargetStatus): readonly string[] {
  const { service, tasks, balancer, database, alarms, traffic, unfinished } = status;
  return [
    ...(service.known ? serviceProblems(service.value, tasks) : [`the service cannot be read: ${service.why}`]),
    ...(balancer.known ? balancer.value.groups.flatMap(groupProblem) : []),
    ...(traffic.known ? trafficProblem(traffic.value) : []),
    ...(database.known ? databaseProblems(database.value) : goneProblems(database, status)),
    ...(alarms.known ? alarms.value.filter(isNear).map(({ name, reason }) => `alarm ${name}: ${reason}`) : []),
    ...unfinished.filter(isForTheService).map(notPutBackProblem),
  ];
}

/** An alarm of other things is none of this target's problems. */
export const isNear = ({ about }: AlarmOverview): boolean => about !== "other";

/** A target group that is there no more, or behind no load balancer. */
export function groupProblem({ name, fault }: GroupOverview): string[] {
  if (fault === undefined) return [];
  return fault === "gone"
    ? [`target group ${name} is gone: no new task can take requests`]
    : [`target group ${name} is behind no load balancer: nothing sends requests to it`];
}

function trafficProblem(traffic: TrafficOverview | null): string[] {
  if (traffic?.errors === undefined) return [];
  const { now, before } = traffic;
  return [`${percent(now.errorPercent)} of requests fail with 5xx, before ${percent(before.errorPercent)}`];
}

function databaseProblems({ id, status }: DatabaseOverview): string[] {
  return status === "available" ? [] : [`database ${id} is ${status}`];
}

/** Only a database that is not there is a problem; one that cannot be read is not known. */
function goneProblems({ code, why }: Unavailable, status: TargetStatus): string[] {
  return code === "database-absent" ? [noRecovery(status)?.why ?? why] : [];
}

/** The next command takes over the lock of a process that has ended. */
function isForTheService({ kind }: Unfinished): boolean {
  return kind !== "lock";
}

function notPutBackProblem(left: Unfinished): string {
  return `not put back: ${unfinishedText(left)}`;
}

function serviceProblems(service: ServiceOverview, tasks: Known<TasksOverview>): string[] {
  const [primary] = service.deployments;
  return [
    ...(service.status === undefined ? [] : [`service ${service.name} is ${service.status}, not ACTIVE`]),
    ...(tasks.known ? healthProblems(service, tasks.value) : []),
    ...(isFailing(primary) && primary !== undefined ? [failure(primary, tasks)] : []),
  ];
}

function healthProblems({ name, desired }: ServiceOverview, { healthy }: TasksOverview): string[] {
  const serving = Object.values(healthy).reduce((sum, count) => sum + count, 0);
  if (serving === 0 && desired > 0) return [`no healthy task of ${name} is left`];
  return serving < desired ? [`only ${serving} of ${desired} tasks are healthy`] : [];
}

/** Do tasks of the newest deployment fail, or has ECS given it up? */
export function isFailing(primary: DeploymentOverview | undefined): boolean {
  return (
    primary !== undefined &&
    ((primary.failed ?? 0) > 0 || primary.rollout === "FAILED") &&
    primary.rollout !== "COMPLETED"
  );
}

function failure({ taskDefinition, failed, rollout }: DeploymentOverview, tasks: Known<TasksOverview>): string {
  const stops = tasks.known ? tasks.value.stops : [];
  const reason = stops.find((stop) => stop.taskDefinition === taskDefinition)?.reason;
  const why = reason === undefined ? "" : `: ${reason}`;
  return `the deployment of ${taskDefinition} is ${rollout}, ${failed ?? "an unknown number"} of its tasks failed${why}`;
}
