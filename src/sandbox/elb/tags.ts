import { AwsError } from "../http/aws-error.ts";
import { required, texts } from "../http/input.ts";
import { changing, type Operation, reading } from "../http/operation.ts";
import { type Tag, tagsOf } from "../http/tags.ts";
import type { World } from "../world.ts";
import { findBalancer, findGroup, findListener } from "./find.ts";

interface Tagged {
  tags: readonly Tag[];
}

/** A balancer, a target group or a listener, by the kind that its ARN names. */
function findTagged(world: World, arn: string): Tagged {
  const kind = /^arn:[^:]*:elasticloadbalancing:[^:]*:[^:]*:([a-z-]+)\//.exec(arn)?.[1];
  if (kind === "loadbalancer") return findBalancer(world, arn);
  if (kind === "targetgroup") return findGroup(world, arn);
  if (kind === "listener") return findListener(world, arn).listener;
  throw new AwsError("ValidationError", `'${arn}' is not a valid load balancer, target group or listener ARN`);
}

export const tagOperations: Readonly<Record<string, Operation>> = {
  DescribeTags: reading((world, input) => {
    required(input, "ResourceArns");
    return {
      TagDescriptions: texts(input, "ResourceArns").map((arn) => ({
        ResourceArn: arn,
        Tags: findTagged(world, arn).tags,
      })),
    };
  }),

  AddTags: changing((world, input) => {
    const added = tagsOf(input);
    const keys = added.map(({ Key }) => Key);
    for (const one of texts(input, "ResourceArns").map((arn) => findTagged(world, arn))) {
      one.tags = [...one.tags.filter(({ Key }) => !keys.includes(Key)), ...added];
    }
    return {};
  }),

  RemoveTags: changing((world, input) => {
    const keys = texts(input, "TagKeys");
    for (const one of texts(input, "ResourceArns").map((arn) => findTagged(world, arn))) {
      one.tags = one.tags.filter(({ Key }) => !keys.includes(Key));
    }
    return {};
  }),
};
