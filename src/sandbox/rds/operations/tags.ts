import { AwsError } from "../../http/aws-error.ts";
import type { Input } from "../../http/input.ts";
import { texts } from "../../http/input.ts";
import { changing, type Operation, reading } from "../../http/operation.ts";
import type { Tag } from "../../http/tags.ts";
import type { World } from "../../world.ts";
import { groupArn, instanceArn, snapshotArn } from "../find.ts";
import { badValue, checkedTags, requiredText } from "../input.ts";
import { allSnapshots } from "../snapshots.ts";

interface Tagged {
  tags: readonly Tag[];
}

/** The resources that can have tags, by the kind in their ARN, and the error for one that is not there. [codes D] */
const KINDS: Readonly<
  Record<string, { readonly code: string; readonly find: (world: World, arn: string) => Tagged | undefined }>
> = {
  db: {
    code: "DBInstanceNotFound",
    find: (world, arn) =>
      [...world.rds.instances.values()].find(({ identifier }) => instanceArn(world, identifier) === arn),
  },
  snapshot: {
    code: "DBSnapshotNotFound",
    find: (world, arn) => allSnapshots(world).find(({ identifier }) => snapshotArn(world, identifier) === arn),
  },
  pg: {
    code: "DBParameterGroupNotFound",
    find: (world, arn) =>
      [...world.rds.parameterGroups.values()].find(({ name }) => groupArn(world, "pg", name) === arn),
  },
  subgrp: {
    code: "DBSubnetGroupNotFoundFault",
    find: (world, arn) =>
      [...world.rds.subnetGroups.values()].find(({ name }) => groupArn(world, "subgrp", name) === arn),
  },
  // There are none of these.
  cluster: { code: "DBClusterNotFoundFault", find: () => undefined },
  "cluster-snapshot": { code: "DBClusterSnapshotNotFoundFault", find: () => undefined },
};

function resource(world: World, input: Input): Tagged {
  const arn = requiredText(input, "ResourceName");
  const [, name, type = "", identifier = ""] = /^(arn:[^:]+:rds:[^:]*:\d*):([a-z-]+):(.+)$/.exec(arn) ?? [];
  if (name === undefined) throw badValue(`Invalid resource name: ${arn}`);
  const kind = KINDS[type];
  if (kind === undefined) {
    throw new AwsError(
      "NotImplemented",
      `The sandbox does not simulate tags of RDS's resources of the type ${type}.`,
      501,
    );
  }
  const found = kind.find(world, arn);
  if (found !== undefined) return found;
  const noun = kind.code.replace(/(NotFound)(Fault)?$/, "");
  throw new AwsError(kind.code, `${noun} ${identifier} not found.`, 404);
}

const without = (tags: readonly Tag[], keys: readonly string[]): Tag[] => tags.filter(({ Key }) => !keys.includes(Key));

export const tagOperations: Readonly<Record<string, Operation>> = {
  ListTagsForResource: reading((world, input) => ({ TagList: resource(world, input).tags })),

  AddTagsToResource: changing((world, input) => {
    const tagged = resource(world, input);
    const added = checkedTags(input);
    if (added.some(({ Key }) => Key.startsWith("aws:"))) throw badValue("Tag keys that begin with aws: are reserved.");
    const keys = added.map(({ Key }) => Key);
    tagged.tags = [...without(tagged.tags, keys), ...added];
    return {};
  }),

  RemoveTagsFromResource: changing((world, input) => {
    const tagged = resource(world, input);
    tagged.tags = without(tagged.tags, texts(input, "TagKeys"));
    return {};
  }),
};
