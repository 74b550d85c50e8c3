import { isNetwork, type MetricId, type Statistic, type Subject } from "../../domain/watch/metric.ts";

/** One CloudWatch series, and the metric of ours that it is or is a part of. */
export interface MetricQuery extends Statistic {
  readonly metric: MetricId;
  readonly stat: "Average" | "Minimum" | "Maximum" | "Sum";
}

/** The queries for everything that we watch, for one call. A call takes up to 500. */
export function queriesOf({ cluster, service, database, groups }: Subject): readonly MetricQuery[] {
  const ofService = { namespace: "AWS/ECS", dimensions: { ClusterName: cluster, ServiceName: service } };
  return [
    { ...ofService, metric: "cpu", name: "CPUUtilization", stat: "Average" },
    { ...ofService, metric: "memory", name: "MemoryUtilization", stat: "Average" },
    ...groups.flatMap(groupQueries),
    {
      metric: "connections",
      namespace: "AWS/RDS",
      name: "DatabaseConnections",
      stat: "Maximum",
      dimensions: { DBInstanceIdentifier: database },
    },
  ];
}

function groupQueries(behind: Subject["groups"][number]): readonly MetricQuery[] {
  const { targetGroup, loadBalancer } = behind;
  const dimensions = { TargetGroup: targetGroup, LoadBalancer: loadBalancer };
  const group = { namespace: isNetwork(behind) ? "AWS/NetworkELB" : "AWS/ApplicationELB", dimensions };
  const hosts: readonly MetricQuery[] = [
    { ...group, metric: "healthy", name: "HealthyHostCount", stat: "Minimum" },
    { ...group, metric: "unhealthy", name: "UnHealthyHostCount", stat: "Maximum" },
  ];
  // A network load balancer counts flows, and no requests. [K]
  if (isNetwork(behind)) return hosts;
  return [
    ...hosts,
    { ...group, metric: "errors", name: "HTTPCode_Target_5XX_Count", stat: "Sum" },
    { ...group, metric: "requests", name: "RequestCount", stat: "Sum" },
    { ...group, metric: "latency", name: "TargetResponseTime", stat: "Average", scale: 1000 },
  ];
}
