import type { AlarmSubject } from "./alarms.ts";
import type { Service } from "./ecs.ts";
import type { TargetGroupSetup } from "./setup.ts";

/** What belongs to a target: its service, its database, and what sends requests to it. */
export interface AlarmPlace {
  readonly cluster: string;
  readonly service: string;
  readonly database: string;
  /** `targetgroup/NAME/ID` */
  readonly targetGroups: readonly string[];
  /** `app/NAME/ID`; absent where they are not known. */
  readonly loadBalancers?: readonly string[];
}

/** `groups`: the service's target groups, where they could be read. */
export function alarmPlace(
  cluster: string,
  { name, targetGroups }: Pick<Service, "name" | "targetGroups">,
  database: string,
  groups: readonly TargetGroupSetup[] | undefined,
): AlarmPlace {
  const balancers = groups?.every((group) => group.balancers !== undefined || !group.exists)
    ? groups.flatMap((group) => group.balancers ?? [])
    : undefined;
  return {
    cluster,
    service: name,
    database,
    targetGroups: targetGroups.map(dimension),
    ...(balancers && { loadBalancers: balancers.map(dimension) }),
  };
}

/** The part of an ARN of Elastic Load Balancing that its metrics use as a dimension. */
export const dimension = (arn: string): string => arn.replace(/^.*:(loadbalancer\/)?/, "");

/** Is the alarm about this target, about other things, or is that not known? */
export function concernsTarget({ metrics, isWhole }: AlarmSubject, place: AlarmPlace): "own" | "other" | "unknown" {
  if (metrics.some((dimensions) => isOwn(dimensions, place))) return "own";
  const mayBeOwn = metrics.some(
    (dimensions) => place.loadBalancers === undefined && dimensions.some((one) => one.startsWith("LoadBalancer=")),
  );
  return isWhole && !mayBeOwn ? "other" : "unknown";
}

/** A dimension of a metric of one's own may have any name: the service's name as its value is taken for the service. */
function isOwn(dimensions: readonly string[], place: AlarmPlace): boolean {
  const has = (name: string, value: string) => dimensions.includes(`${name}=${value}`);
  const names = (name: string) => dimensions.some((one) => one.startsWith(`${name}=`));
  if (names("ServiceName")) return has("ServiceName", place.service) && has("ClusterName", place.cluster);
  return (
    has("ClusterName", place.cluster) ||
    has("DBInstanceIdentifier", place.database) ||
    has("DBClusterIdentifier", place.database) ||
    place.targetGroups.some((group) => has("TargetGroup", group)) ||
    (place.loadBalancers ?? []).some((balancer) => has("LoadBalancer", balancer)) ||
    dimensions.some((one) => !AWS_OWN.test(one) && one.endsWith(`=${place.service}`))
  );
}

const AWS_OWN = /^(DBInstanceIdentifier|DBClusterIdentifier|ClusterName|TargetGroup|LoadBalancer)=/;
