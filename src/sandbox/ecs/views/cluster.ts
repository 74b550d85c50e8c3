import type { Output } from "../../http/input.ts";
import { list } from "../../http/input.ts";
import type { Cluster, Service } from "../model.ts";
import { countTasks } from "../task-queries.ts";

/** A cluster as DescribeClusters shows it; settings, statistics and tags only if the request includes them. [D] */
export function clusterView(cluster: Cluster, include: readonly string[]): Output {
  const { running, pending } = countTasks([...cluster.tasks.values()]);
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: running,
    pendingTasksCount: pending,
    activeServicesCount: count(cluster, "ACTIVE"),
    capacityProviders: list(cluster.settings, "capacityProviders"),
    defaultCapacityProviderStrategy: list(cluster.settings, "defaultCapacityProviderStrategy"),
    settings: include.includes("SETTINGS") ? settings(cluster) : [],
    statistics: include.includes("STATISTICS") ? statistics(cluster) : [],
    tags: include.includes("TAGS") ? cluster.tags : [],
    ...(include.includes("CONFIGURATIONS") ? { configuration: cluster.settings.configuration } : {}),
  };
}

const count = (cluster: Cluster, status: Service["status"]): number =>
  [...cluster.services.values()].filter((service) => service.status === status).length;

const settings = (cluster: Cluster): unknown[] => {
  const given = list(cluster.settings, "settings");
  return given.length > 0 ? given : [{ name: "containerInsights", value: "disabled" }];
};

/** Counts by launch type; everything here runs on Fargate. [D] */
function statistics(cluster: Cluster): Output[] {
  const { running, pending } = countTasks([...cluster.tasks.values()]);
  const counts = {
    runningEC2TasksCount: 0,
    runningFargateTasksCount: running,
    pendingEC2TasksCount: 0,
    pendingFargateTasksCount: pending,
    activeEC2ServiceCount: 0,
    activeFargateServiceCount: count(cluster, "ACTIVE"),
    drainingEC2ServiceCount: 0,
    drainingFargateServiceCount: count(cluster, "DRAINING"),
  };
  return Object.entries(counts).map(([name, value]) => ({ name, value: String(value) }));
}
