import { AwsError } from "../../http/aws-error.ts";
import type { Input } from "../../http/input.ts";
import { texts } from "../../http/input.ts";
import { changing, type Operation, reading } from "../../http/operation.ts";
import type { World } from "../../world.ts";
import { instanceArn } from "../find.ts";
import { badValue, requiredText, tagsOf } from "../input.ts";
import type { DbInstance, Tag } from "../model.ts";

function resource(world: World, input: Input): DbInstance {
  const arn = requiredText(input, "ResourceName");
  const found = [...world.rds.instances.values()].find(({ identifier }) => instanceArn(world, identifier) === arn);
  if (found !== undefined) return found;
  if (!arn.startsWith("arn:")) throw badValue(`Invalid resource name: ${arn}`);
  throw new AwsError("DBInstanceNotFound", `DBInstance ${arn.split(":").at(-1)} not found.`, 404);
}

const without = (tags: readonly Tag[], keys: readonly string[]): Tag[] => tags.filter(({ Key }) => !keys.includes(Key));

export const tagOperations: Readonly<Record<string, Operation>> = {
  ListTagsForResource: reading((world, input) => ({ TagList: resource(world, input).tags })),

  AddTagsToResource: changing((world, input) => {
    const instance = resource(world, input);
    const added = tagsOf(input);
    if (added.some(({ Key }) => Key.startsWith("aws:"))) throw badValue("Tag keys that begin with aws: are reserved.");
    const keys = added.map(({ Key }) => Key);
    instance.tags = [...without(instance.tags, keys), ...added];
    return {};
  }),

  RemoveTagsFromResource: changing((world, input) => {
    const instance = resource(world, input);
    instance.tags = without(instance.tags, texts(input, "TagKeys"));
    return {};
  }),
};
