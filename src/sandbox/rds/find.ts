import { AwsError } from "../http/aws-error.ts";
import type { World } from "../world.ts";
import { badValue } from "./input.ts";
import type { DbInstance } from "./model.ts";

export function findInstance(world: World, identifier: string): DbInstance {
  const instance = world.rds.instances.get(identifier.toLowerCase());
  if (instance !== undefined) return instance;
  throw new AwsError("DBInstanceNotFound", `DBInstance ${identifier} not found.`, 404);
}

/** The instance. Throws InvalidDBInstanceState if it is in none of these states. */
export function findInState(world: World, identifier: string, states: readonly string[]): DbInstance {
  const instance = findInstance(world, identifier);
  if (states.includes(instance.status)) return instance;
  throw notAvailable(instance);
}

/** Like findInState, but also refuses while a modification is underway. New states would cut it off. [I] */
export function findIdle(world: World, identifier: string, states: readonly string[]): DbInstance {
  const instance = findInState(world, identifier, states);
  if (instance.underway) throw notAvailable(instance);
  return instance;
}

/** The stopped instance. [code D; text I] */
export function findStopped(world: World, identifier: string): DbInstance {
  const instance = findInstance(world, identifier);
  if (instance.status === "stopped") return instance;
  throw new AwsError("InvalidDBInstanceState", `Instance ${instance.identifier} is not in stopped state.`);
}

export const notAvailable = ({ identifier }: DbInstance): AwsError =>
  new AwsError("InvalidDBInstanceState", `Instance ${identifier} is not in available state.`);

/** Refuses a name that an instance has or is about to get by a rename. */
export function refuseTaken(world: World, identifier: string, by?: DbInstance): void {
  const others = [...world.rds.instances.values()].filter((one) => one !== by);
  const coming = others.some(({ pending }) => pending.DBInstanceIdentifier === identifier);
  if (coming || world.rds.instances.has(identifier))
    throw new AwsError("DBInstanceAlreadyExists", "DB instance already exists");
}

export const instanceArn = (world: World, identifier: string): string =>
  `arn:aws:rds:${world.region}:${world.account}:db:${identifier}`;

export const snapshotArn = (world: World, identifier: string): string =>
  `arn:aws:rds:${world.region}:${world.account}:snapshot:${identifier}`;

/** The ARN of a parameter group (`pg`) or a subnet group (`subgrp`). */
export const groupArn = (world: World, kind: "pg" | "subgrp", name: string): string =>
  `arn:aws:rds:${world.region}:${world.account}:${kind}:${name}`;

export const backupArn = (world: World, instance: DbInstance): string =>
  `arn:aws:rds:${world.region}:${world.account}:auto-backup:ab-${instance.resourceId.slice(3).toLowerCase()}`;

/** Refuses a name of a group that does not exist. The codes are A6's. [V] */
export function checkGroups(
  world: World,
  named: {
    readonly DBParameterGroupName?: string | undefined;
    readonly DBSubnetGroupName?: string | undefined;
    readonly OptionGroupName?: string | undefined;
    readonly VpcSecurityGroupIds?: readonly string[] | undefined;
  },
): void {
  const { DBParameterGroupName: parameters, DBSubnetGroupName: subnets, OptionGroupName: options } = named;
  if (parameters !== undefined && !world.rds.parameterGroups.has(parameters)) {
    throw new AwsError("DBParameterGroupNotFound", `DBParameterGroup not found: ${parameters}`, 404);
  }
  if (subnets !== undefined && !world.rds.subnetGroups.has(subnets)) {
    throw new AwsError("DBSubnetGroupNotFoundFault", `DB subnet group '${subnets}' does not exist.`, 404);
  }
  if (options !== undefined && !options.startsWith("default:")) {
    throw new AwsError("OptionGroupNotFoundFault", `Specified OptionGroupName: ${options} not found.`, 404);
  }
  const unknown = named.VpcSecurityGroupIds?.find(
    (id) => !world.network.securityGroups.some((group) => group.id === id),
  );
  if (unknown !== undefined) throw badValue(`Invalid security group , groupId= ${unknown}, groupName=.`);
}
