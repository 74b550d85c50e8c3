import { list, texts } from "../../wire/input.ts";
import { type Operation, reading } from "../../wire/operation.ts";
import type { Output } from "../../wire/payload.ts";
import { countTasks } from "../census.ts";
import type { Cluster } from "../model.ts";
import { shortName } from "../names.ts";

function clusterView(cluster: Cluster): Output {
  const { running, pending } = countTasks([...cluster.tasks.values()]);
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: "ACTIVE",
    registeredContainerInstancesCount: 0,
    runningTasksCount: running,
    pendingTasksCount: pending,
    activeServicesCount: [...cluster.services.values()].filter(({ status }) => status === "ACTIVE").length,
    capacityProviders: ["FARGATE", "FARGATE_SPOT"],
    defaultCapacityProviderStrategy: [],
    statistics: [],
    settings: [{ name: "containerInsights", value: "disabled" }],
    tags: [],
  };
}

export const clusterOperations: Readonly<Record<string, Operation>> = {
  ListClusters: reading((world) => ({ clusterArns: [...world.ecs.clusters.values()].map(({ arn }) => arn) })),

  DescribeClusters: reading((world, input) => {
    const asked = list(input, "clusters").length === 0 ? ["default"] : texts(input, "clusters");
    const found = asked.map((name) => [name, world.ecs.clusters.get(shortName(name))] as const);
    return {
      clusters: found.flatMap(([, cluster]) => (cluster === undefined ? [] : [clusterView(cluster)])),
      failures: found.flatMap(([name, cluster]) => (cluster === undefined ? [{ arn: name, reason: "MISSING" }] : [])),
    };
  }),
};
