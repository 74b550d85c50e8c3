import type { Input } from "../http/input.ts";
import type { World } from "../world.ts";
import type { Cluster } from "./model.ts";
import { ecsArn } from "./names.ts";
import { tagsOf } from "./tags.ts";

/** Members of a cluster that are returned as they were set. */
const KEPT = ["configuration", "capacityProviders", "defaultCapacityProviderStrategy", "settings"] as const;

/** Adds an empty ACTIVE cluster. It replaces a deleted cluster of that name. */
export function makeCluster(world: World, name: string, input: Input): Cluster {
  const cluster: Cluster = {
    name,
    arn: ecsArn(world, `cluster/${name}`),
    status: "ACTIVE",
    settings: Object.fromEntries(
      KEPT.filter((member) => input[member] != null).map((member) => [member, input[member]]),
    ),
    tags: tagsOf(input),
    services: new Map(),
    tasks: new Map(),
  };
  world.ecs.clusters.set(name, cluster);
  return cluster;
}
