import { AwsError } from "../../http/aws-error.ts";
import type { Input } from "../../http/input.ts";
import { list, number, records, required, text, texts } from "../../http/input.ts";
import { changing, type Operation, reading } from "../../http/operation.ts";
import { page } from "../../http/page.ts";
import { makeCluster } from "../create-cluster.ts";
import { findCluster } from "../find.ts";
import type { Cluster } from "../model.ts";
import { ecsArn, shortName } from "../names.ts";
import { clusterView } from "../views/cluster.ts";

/** What the answers of CreateCluster and DeleteCluster include. */
const ALL_DETAILS = ["CONFIGURATIONS", "SETTINGS", "TAGS"] as const;

/** Only an empty cluster can be deleted. [D; texts O] */
function refuseInUse(cluster: Cluster): void {
  if ([...cluster.services.values()].some(({ status }) => status !== "INACTIVE")) {
    throw new AwsError("ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active.");
  }
  if ([...cluster.tasks.values()].some(({ lastStatus }) => lastStatus !== "STOPPED")) {
    throw new AwsError("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.");
  }
}

export const clusterOperations: Readonly<Record<string, Operation>> = {
  /** An existing cluster is returned unchanged. [O] */
  CreateCluster: changing((world, input) => {
    const name = text(input, "clusterName") ?? "default";
    if (!/^[\w-]{1,255}$/.test(name)) {
      const message = "Cluster name must be 1 to 255 letters, numbers, hyphens and underscores.";
      throw new AwsError("InvalidParameterException", message);
    }
    const before = world.ecs.clusters.get(name);
    const cluster = before?.status === "ACTIVE" ? before : makeCluster(world, name, input);
    return { cluster: clusterView(cluster, ALL_DETAILS) };
  }),

  /** Only Container Insights is a setting of clusters. [D; it measures nothing here] */
  UpdateClusterSettings: changing((world, input) => {
    const cluster = findCluster(world, { cluster: required(input, "cluster") });
    const settings = records(input, "settings");
    const isValid = ({ name, value }: Input): boolean =>
      name === "containerInsights" && ["enabled", "disabled", "enhanced"].includes(String(value));
    if (settings.length === 0 || !settings.every(isValid)) {
      throw new AwsError("InvalidParameterException", "The specified cluster setting is not valid.");
    }
    cluster.settings = { ...cluster.settings, settings };
    return { cluster: clusterView(cluster, ALL_DETAILS) };
  }),

  DeleteCluster: changing((world, input) => {
    const cluster = findCluster(world, { cluster: required(input, "cluster") });
    refuseInUse(cluster);
    cluster.status = "INACTIVE";
    return { cluster: clusterView(cluster, ALL_DETAILS) };
  }),

  /** Deleted clusters can still be described, but they are not listed. [D; the list I] */
  ListClusters: reading((world, input) => {
    const active = [...world.ecs.clusters.values()].filter(({ status }) => status === "ACTIVE");
    const size = number(input, "maxResults") ?? 100;
    if (size < 1 || size > 100) {
      throw new AwsError("InvalidParameterException", "maxResults must be between 1 and 100.");
    }
    const arns = active.map(({ arn }) => arn);
    const { items, nextToken } = page(arns, size, text(input, "nextToken"), "clusters");
    return { clusterArns: items, nextToken };
  }),

  DescribeClusters: reading((world, input) => {
    const requested = list(input, "clusters").length === 0 ? ["default"] : texts(input, "clusters");
    const include = texts(input, "include");
    const found = requested.map((name) => [name, world.ecs.clusters.get(shortName(name))] as const);
    const arn = (name: string): string => (name.startsWith("arn:") ? name : ecsArn(world, `cluster/${name}`));
    return {
      clusters: found.flatMap(([, cluster]) => (cluster === undefined ? [] : [clusterView(cluster, include)])),
      failures: found.flatMap(([name, cluster]) =>
        cluster === undefined ? [{ arn: arn(name), reason: "MISSING" }] : [],
      ),
    };
  }),
};
