import { AwsError } from "../../wire/aws-error.ts";
import { list, number, required, text, texts } from "../../wire/input.ts";
import { changing, type Operation, reading } from "../../wire/operation.ts";
import { page } from "../../wire/page.ts";
import type { Input } from "../../wire/payload.ts";
import type { World } from "../../world.ts";
import { addDefinition } from "../definitions.ts";
import { findDefinition } from "../find.ts";
import type { TaskDefinition } from "../model.ts";
import { definitionView } from "../views/task-definition.ts";

function existing(world: World, input: Input): TaskDefinition {
  const definition = findDefinition(world, required(input, "taskDefinition"));
  if (definition === undefined) throw new AwsError("ClientException", "Unable to describe task definition.");
  return definition;
}

export const taskDefinitionOperations: Readonly<Record<string, Operation>> = {
  RegisterTaskDefinition: changing((world, input) => {
    required(input, "family");
    if (list(input, "containerDefinitions").length === 0) {
      throw new AwsError("ClientException", "Container list cannot be empty.");
    }
    const definition = addDefinition(world, input);
    return { taskDefinition: definitionView(definition), tags: definition.tags };
  }),

  DeregisterTaskDefinition: changing((world, input) => {
    const definition = existing(world, input);
    definition.status = "INACTIVE";
    definition.deregisteredAt ??= world.clock.now();
    return { taskDefinition: definitionView(definition) };
  }),

  DescribeTaskDefinition: reading((world, input) => {
    const definition = existing(world, input);
    const tags = texts(input, "include").includes("TAGS") ? definition.tags : undefined;
    return { taskDefinition: definitionView(definition), tags };
  }),

  ListTaskDefinitions: reading((world, input) => {
    const status = text(input, "status") ?? "ACTIVE";
    // The documentation calls it a prefix, yet it must be the full family name. [D]
    const family = text(input, "familyPrefix");
    const arns = [...world.ecs.families.values()]
      .flat()
      .filter((definition) => definition.status === status && (family === undefined || definition.family === family))
      .map(({ arn }) => arn);
    if (text(input, "sort") === "DESC") arns.reverse();
    const { items, nextToken } = page(
      arns,
      number(input, "maxResults") ?? 100,
      text(input, "nextToken"),
      "definitions",
    );
    return { taskDefinitionArns: items, nextToken };
  }),
};
