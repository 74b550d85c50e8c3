import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { record, required, texts } from "../http/input.ts";
import { changing, type Operation, reading } from "../http/operation.ts";
import type { World } from "../world.ts";
import type { ScalableTarget } from "./model.ts";

/** Only scalable targets have tags. [D; text I] */
function findTagged(world: World, input: Input): ScalableTarget {
  const arn = required(input, "ResourceARN");
  const found = [...world.scaling.targets.values()].find((target) => target.arn === arn);
  if (found !== undefined) return found;
  throw new AwsError("ResourceNotFoundException", `The resource ${arn} was not found.`);
}

export const tagsOf = (input: Input): Record<string, string> =>
  Object.fromEntries(Object.entries(record(input, "Tags") ?? {}).map(([key, value]) => [key, String(value)]));

export const tagOperations: Readonly<Record<string, Operation>> = {
  ListTagsForResource: reading((world, input) => ({ Tags: findTagged(world, input).tags })),

  TagResource: changing((world, input) => {
    const target = findTagged(world, input);
    target.tags = { ...target.tags, ...tagsOf(input) };
    return {};
  }),

  UntagResource: changing((world, input) => {
    const target = findTagged(world, input);
    const removed = texts(input, "TagKeys");
    target.tags = Object.fromEntries(Object.entries(target.tags).filter(([key]) => !removed.includes(key)));
    return {};
  }),
};
