import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { number, records, text, texts } from "../http/input.ts";
import { changing, type Operation, reading } from "../http/operation.ts";
import { type Tag, tagsOf } from "../http/tags.ts";
import type { World } from "../world.ts";
import { type Fields, filtered, named } from "./filters.ts";
import { ALL_OUT, type SecurityGroup, type TrafficRule } from "./network.ts";
import { groupView, tagSet } from "./views.ts";

const UNKNOWN: [string, string] = ["InvalidGroup.NotFound", "security group"];

const fieldsOf = ({ account, network }: World): Fields<SecurityGroup> => ({
  "group-id": ({ id }) => id,
  "group-name": ({ name }) => name,
  description: ({ description }) => description,
  "vpc-id": () => network.vpcId,
  "owner-id": () => account,
});

function requiredText(input: Input, name: string): string {
  const value = text(input, name);
  if (value !== undefined && value !== "") return value;
  throw new AwsError("MissingParameter", `The request must contain the parameter ${name}`);
}

/** The tags of the request for that kind of resource. */
function tagsFor(input: Input, type: string): Tag[] {
  const specification = records(input, "TagSpecification").find((one) => one.ResourceType === type) ?? {};
  return tagsOf(specification, "Tag");
}

function findGroup(world: World, input: Input): SecurityGroup {
  const { securityGroups } = world.network;
  const id = text(input, "GroupId");
  const group = securityGroups.find((one) =>
    id === undefined ? one.name === text(input, "GroupName") : one.id === id,
  );
  if (group !== undefined) return group;
  throw new AwsError(UNKNOWN[0], `The security group '${id ?? text(input, "GroupName")}' does not exist`);
}

/** The rules of the request: `IpPermissions`, or the one rule that its own members name. [D] */
function rulesOf(input: Input): TrafficRule[] {
  const given = records(input, "IpPermissions");
  const single = { ...input, IpRanges: input.CidrIp === undefined ? [] : [{ CidrIp: input.CidrIp }] };
  const rules = (given.length > 0 ? given : [single]).map((rule) => ({
    protocol: requiredText(rule, "IpProtocol"),
    from: number(rule, "FromPort"),
    to: number(rule, "ToPort"),
    cidrs: records(rule, "IpRanges").map((range) => text(range, "CidrIp") ?? ""),
    groups: [...records(rule, "Groups"), ...records(rule, "UserIdGroupPairs")].map((one) => text(one, "GroupId") ?? ""),
  }));
  const empty = rules.find(({ cidrs, groups }) => cidrs.length + groups.length === 0);
  if (empty !== undefined) throw new AwsError("MissingParameter", "The request must contain a source of the traffic");
  return rules;
}

type Direction = "ingress" | "egress";

/** Rules of every protocol have no ports, whatever a request says. [D] */
const keyOf = ({ protocol, from, to, cidrs, groups }: TrafficRule): string =>
  JSON.stringify([protocol, ...(protocol === "-1" ? [] : [from, to]), cidrs, groups]);

const namesIpv6 = (input: Input): boolean =>
  records(input, "IpPermissions").some((rule) => records(rule, "Ipv6Ranges").length > 0);

const noSuchRule = (): AwsError =>
  new AwsError("InvalidPermission.NotFound", "The specified rule does not exist in this security group.");

const authorize = (direction: Direction): Operation =>
  changing((world, input) => {
    const group = findGroup(world, input);
    if (namesIpv6(input))
      throw new AwsError("NotImplemented", "The sandbox's security groups know no IPv6 ranges.", 501);
    const added = rulesOf(input);
    const known = new Set(group[direction].map(keyOf));
    if (added.some((rule) => known.has(keyOf(rule)))) {
      throw new AwsError("InvalidPermission.Duplicate", "the specified rule already exists");
    }
    group[direction] = [...group[direction], ...added];
    return { return: true };
  });

const revoke = (direction: Direction): Operation =>
  changing((world, input) => {
    const group = findGroup(world, input);
    if (namesIpv6(input)) throw noSuchRule();
    const removed = new Set(rulesOf(input).map(keyOf));
    const kept = group[direction].filter((rule) => !removed.has(keyOf(rule)));
    if (kept.length + removed.size > group[direction].length) {
      throw noSuchRule();
    }
    group[direction] = kept;
    return { return: true };
  });

export const securityGroupOperations: Readonly<Record<string, Operation>> = {
  DescribeSecurityGroups: reading((world, input) => {
    const { securityGroups } = world.network;
    const byId = named(securityGroups, texts(input, "GroupId"), ({ id }) => id, UNKNOWN);
    const byName = named(byId, texts(input, "GroupName"), ({ name }) => name, UNKNOWN);
    const found = filtered(byName, input, fieldsOf(world));
    return { securityGroupInfo: found.map((group) => groupView(world, group)) };
  }),

  CreateSecurityGroup: changing((world, input) => {
    const { network } = world;
    const name = requiredText(input, "GroupName");
    const description = requiredText(input, "GroupDescription");
    const vpc = text(input, "VpcId") ?? network.vpcId;
    if (vpc !== network.vpcId) throw new AwsError("InvalidVpcID.NotFound", `The vpc ID '${vpc}' does not exist`);
    if (network.securityGroups.some((group) => group.name === name)) {
      const message = `The security group '${name}' already exists for VPC '${vpc}'`;
      throw new AwsError("InvalidGroup.Duplicate", message);
    }
    const tags = tagsFor(input, "security-group");
    const group = { id: `sg-0${world.random.hex(16)}`, name, description, tags, ingress: [], egress: [ALL_OUT] };
    network.securityGroups.push(group);
    const arn = `arn:aws:ec2:${world.region}:${world.account}:security-group/${group.id}`;
    return { groupId: group.id, securityGroupArn: arn, tagSet: tagSet(tags) };
  }),

  AuthorizeSecurityGroupIngress: authorize("ingress"),
  AuthorizeSecurityGroupEgress: authorize("egress"),
  RevokeSecurityGroupIngress: revoke("ingress"),
  RevokeSecurityGroupEgress: revoke("egress"),

  /** A group in use would be refused on AWS. Here only the default group and those of RDS and ECS are in use. [D] */
  DeleteSecurityGroup: changing((world, input) => {
    const group = findGroup(world, input);
    const { securityGroups } = world.network;
    if (group === securityGroups[0]) {
      throw new AwsError("CannotDelete", 'the specified group: "default" name: "default" cannot be deleted by a user');
    }
    if (isInUse(world, group.id)) {
      throw new AwsError("DependencyViolation", `resource ${group.id} has a dependent object`);
    }
    securityGroups.splice(securityGroups.indexOf(group), 1);
    return { return: true, groupId: group.id };
  }),
};

function isInUse(world: World, id: string): boolean {
  const instances = [...world.rds.instances.values()].flatMap(({ settings }) => settings.VpcSecurityGroupIds);
  const balancers = world.loadBalancers.flatMap(({ securityGroups }) => securityGroups);
  const services = [...world.ecs.clusters.values()].flatMap((cluster) => [...cluster.services.values()]);
  const live = services.filter(({ status }) => status !== "INACTIVE");
  const isNamed = live.some(({ settings }) => JSON.stringify(settings.networkConfiguration ?? {}).includes(`"${id}"`));
  return isNamed || instances.includes(id) || balancers.includes(id);
}
