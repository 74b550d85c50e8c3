import { AwsError } from "../../http/aws-error.ts";
import type { Input } from "../../http/input.ts";
import { required, texts } from "../../http/input.ts";
import { changing, type Operation, reading } from "../../http/operation.ts";
import type { World } from "../../world.ts";
import { allServices } from "../find.ts";
import type { Tag } from "../model.ts";
import { tagsOf } from "../tags.ts";

interface Tagged {
  tags: Tag[];
}

/** The cluster, service, task or revision of that ARN. A deleted resource has no tags. [D; text I] */
function findTagged(world: World, input: Input): Tagged {
  const requestedArn = required(input, "resourceArn");
  const clusters = [...world.ecs.clusters.values()];
  const live = [...clusters, ...allServices(world)].filter(({ status }) => status !== "INACTIVE");
  const tasks = clusters.flatMap((cluster) => [...cluster.tasks.values()]);
  const definitions = [...world.ecs.families.values()].flat();
  const found = [...live, ...tasks, ...definitions].find(({ arn }) => arn === requestedArn);
  if (found !== undefined) return found;
  throw new AwsError("InvalidParameterException", "The specified resource was not found.");
}

export const tagOperations: Readonly<Record<string, Operation>> = {
  TagResource: changing((world, input) => {
    const resource = findTagged(world, input);
    resource.tags = tagsOf(input, resource.tags);
    return {};
  }),

  UntagResource: changing((world, input) => {
    const resource = findTagged(world, input);
    const removedKeys = texts(input, "tagKeys");
    resource.tags = resource.tags.filter(({ key }) => !removedKeys.includes(key));
    return {};
  }),

  ListTagsForResource: reading((world, input) => ({ tags: findTagged(world, input).tags })),
};
