import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { required, texts } from "../http/input.ts";
import { changing, type Operation, reading } from "../http/operation.ts";
import { tagsOf } from "../http/tags.ts";
import type { World } from "../world.ts";
import type { Parameter } from "./parameter.ts";

/** Of all that can have tags in Systems Manager, only parameters are simulated. */
function findTagged(world: World, input: Input): Parameter {
  const type = required(input, "ResourceType");
  if (type !== "Parameter")
    throw new AwsError("NotImplemented", `The sandbox does not simulate tags of a ${type}.`, 501);
  const id = required(input, "ResourceId");
  const found = world.parameters.get(id);
  if (found !== undefined) return found;
  throw new AwsError(
    "InvalidResourceId",
    "The resource ID isn't valid. Verify that you entered the correct ID and try again.",
  );
}

export const tagOperations: Readonly<Record<string, Operation>> = {
  ListTagsForResource: reading((world, input) => ({ TagList: findTagged(world, input).tags })),

  AddTagsToResource: changing((world, input) => {
    const parameter = findTagged(world, input);
    const added = tagsOf(input);
    const keys = added.map(({ Key }) => Key);
    parameter.tags = [...parameter.tags.filter(({ Key }) => !keys.includes(Key)), ...added];
    return {};
  }),

  RemoveTagsFromResource: changing((world, input) => {
    const parameter = findTagged(world, input);
    const keys = texts(input, "TagKeys");
    parameter.tags = parameter.tags.filter(({ Key }) => !keys.includes(Key));
    return {};
  }),
};
