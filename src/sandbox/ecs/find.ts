import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { text } from "../http/input.ts";
import type { World } from "../world.ts";
import type { Cluster, Service, Task, TaskDefinition } from "./model.ts";
import { shortName } from "./names.ts";

/** The cluster that a request names; `default` if it names none. A deleted cluster is not found. [I] */
export function findCluster(world: World, input: Input): Cluster {
  const cluster = world.ecs.clusters.get(shortName(text(input, "cluster") ?? "default"));
  if (cluster?.status !== "ACTIVE") throw new AwsError("ClusterNotFoundException", "Cluster not found.");
  return cluster;
}

export function findService(world: World, input: Input, member = "service"): Service {
  const cluster = findCluster(world, input);
  const service = cluster.services.get(shortName(text(input, member) ?? ""));
  if (service === undefined) throw new AwsError("ServiceNotFoundException", "Service not found.");
  return service;
}

export const findTask = (cluster: Cluster, idOrArn: string): Task | undefined => {
  const task = cluster.tasks.get(shortName(idOrArn));
  return task !== undefined && (idOrArn === task.id || idOrArn === task.arn) ? task : undefined;
};

export const allServices = (world: World): Service[] =>
  [...world.ecs.clusters.values()].flatMap((cluster) => [...cluster.services.values()]);

/** Finds a revision by `family` (its newest ACTIVE revision), `family:revision` or ARN. [D; text of the refusal O] */
export function findDefinition(world: World, name: string): TaskDefinition | undefined {
  const short = shortName(name);
  const [family = "", revision] = short.split(":");
  const revisions = world.ecs.families.get(family) ?? [];
  if (revision === undefined) return revisions.findLast((definition) => definition.status === "ACTIVE");
  if (!/^\d+$/.test(revision)) {
    throw new AwsError("InvalidParameterException", `Invalid revision number. Number: ${revision}`);
  }
  const found = revisions.find((definition) => String(definition.revision) === revision);
  return name.startsWith("arn:") && found?.arn !== name ? undefined : found;
}
