import { AwsError } from "../../http/aws-error.ts";
import type { Input } from "../../http/input.ts";
import { text, texts } from "../../http/input.ts";
import { changing, type Operation, reading } from "../../http/operation.ts";
import type { World } from "../../world.ts";
import { badValue, checkedTags, pageOf, requiredText } from "../input.ts";
import type { SubnetGroup } from "../model.ts";
import { subnetGroupView } from "../views.ts";

function findGroup(world: World, name: string): SubnetGroup {
  const group = world.rds.subnetGroups.get(name.toLowerCase());
  if (group !== undefined) return group;
  throw new AwsError("DBSubnetGroupNotFoundFault", `DB subnet group '${name}' does not exist.`, 404);
}

/** Subnets of two zones at least. [D; texts O] */
function subnetsOf({ network }: World, input: Input): string[] {
  const ids = texts(input, "SubnetIds");
  const unknown = ids.find((id) => !network.subnets.some((subnet) => subnet.id === id));
  if (unknown !== undefined) throw new AwsError("InvalidSubnet", `Some input subnets in :[${unknown}] are invalid.`);
  if (new Set(ids).size >= 2) return ids;
  throw new AwsError(
    "DBSubnetGroupDoesNotCoverEnoughAZs",
    "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Add subnets to cover at least 2 AZs.",
  );
}

export const subnetGroupOperations: Readonly<Record<string, Operation>> = {
  DescribeDBSubnetGroups: reading((world, input) => {
    const name = text(input, "DBSubnetGroupName");
    const all = name === undefined ? [...world.rds.subnetGroups.values()] : [findGroup(world, name)];
    const { items, ...more } = pageOf(all, input, "subnet-groups");
    return { ...more, DBSubnetGroups: items.map((group) => subnetGroupView(world, group)) };
  }),

  CreateDBSubnetGroup: changing((world, input) => {
    const name = requiredText(input, "DBSubnetGroupName").toLowerCase();
    if (!/^[a-z][\w. -]{0,254}$/.test(name) || name === "default")
      throw badValue(`Invalid DB subnet group name: ${name}`);
    if (world.rds.subnetGroups.has(name)) {
      throw new AwsError("DBSubnetGroupAlreadyExists", `The DB subnet group '${name}' already exists.`);
    }
    const description = requiredText(input, "DBSubnetGroupDescription");
    const group = { name, description, subnetIds: subnetsOf(world, input), tags: checkedTags(input) };
    world.rds.subnetGroups.set(name, group);
    return { DBSubnetGroup: subnetGroupView(world, group) };
  }),

  DeleteDBSubnetGroup: changing((world, input) => {
    const { name } = findGroup(world, requiredText(input, "DBSubnetGroupName"));
    const user = [...world.rds.instances.values()].find(({ settings }) => settings.DBSubnetGroupName === name);
    if (user !== undefined || name === "default") {
      const message = `Cannot delete the subnet group '${name}' because at least one database instance is still using it.`;
      throw new AwsError("InvalidDBSubnetGroupStateFault", message);
    }
    world.rds.subnetGroups.delete(name);
    return {};
  }),
};
