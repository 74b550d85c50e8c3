import { AwsError } from "../../http/aws-error.ts";
import type { Output } from "../../http/input.ts";
import { text } from "../../http/input.ts";
import { type Operation, reading } from "../../http/operation.ts";
import type { World } from "../../world.ts";
import { groupArn } from "../find.ts";
import { pageOf, requiredText } from "../input.ts";
import type { ParameterGroup } from "../model.ts";
import { DEFAULTS, FAMILY } from "../parameters.ts";

function findGroup(world: World, name: string): ParameterGroup {
  const group = world.rds.parameterGroups.get(name);
  if (group !== undefined) return group;
  throw new AwsError("DBParameterGroupNotFound", `DBParameterGroup not found: ${name}`, 404);
}

/** Each parameter with the group's value, or else the default of the engine or the system. */
const parametersOf = (group: ParameterGroup): Output[] =>
  Object.entries(DEFAULTS).map(([name, { value, apply }]) => ({
    ParameterName: name,
    ParameterValue: group.values[name] ?? value,
    Source: name in group.values ? "user" : value === undefined ? "engine-default" : "system",
    ApplyType: apply,
    DataType: name === "shared_preload_libraries" ? "list" : "integer",
    IsModifiable: true,
    ApplyMethod: "pending-reboot",
  }));

export const parameterOperations: Readonly<Record<string, Operation>> = {
  DescribeDBParameterGroups: reading((world, input) => {
    const name = text(input, "DBParameterGroupName");
    const all = name === undefined ? [...world.rds.parameterGroups.values()] : [findGroup(world, name)];
    const { items, ...more } = pageOf(all, input, "parameter-groups");
    const groups = items.map((group) => ({
      DBParameterGroupName: group.name,
      DBParameterGroupFamily: FAMILY,
      Description: group.description,
      DBParameterGroupArn: groupArn(world, "pg", group.name),
    }));
    return { ...more, DBParameterGroups: groups };
  }),

  DescribeDBParameters: reading((world, input) => {
    const source = text(input, "Source");
    const all = parametersOf(findGroup(world, requiredText(input, "DBParameterGroupName")));
    const found = all.filter((one) => source === undefined || one.Source === source);
    const { items, ...more } = pageOf(found, input, "parameters");
    return { ...more, Parameters: items };
  }),
};
