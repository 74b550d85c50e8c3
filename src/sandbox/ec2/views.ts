import type { Output } from "../http/input.ts";
import type { Tag } from "../http/tags.ts";
import type { World } from "../world.ts";
import type { SecurityGroup, Subnet, TrafficRule } from "./network.ts";

export const tagSet = (tags: readonly Tag[]): Output[] => tags.map(({ Key, Value }) => ({ key: Key, value: Value }));

export const vpcView = ({ account, network }: World): Output => ({
  vpcId: network.vpcId,
  ownerId: account,
  state: "available",
  cidrBlock: network.cidr,
  cidrBlockAssociationSet: [
    { cidrBlock: network.cidr, associationId: "vpc-cidr-assoc-0a1b2c3d", cidrBlockState: { state: "associated" } },
  ],
  dhcpOptionsId: "default",
  instanceTenancy: "default",
  isDefault: true,
  tagSet: [],
});

export const subnetView = ({ account, region, network }: World, { id, zone, cidr }: Subnet): Output => ({
  subnetId: id,
  subnetArn: `arn:aws:ec2:${region}:${account}:subnet/${id}`,
  state: "available",
  ownerId: account,
  vpcId: network.vpcId,
  cidrBlock: cidr,
  ipv6CidrBlockAssociationSet: [],
  availableIpAddressCount: 16_379,
  availabilityZone: zone,
  availabilityZoneId: zoneId(zone),
  defaultForAz: true,
  mapPublicIpOnLaunch: true,
  assignIpv6AddressOnCreation: false,
  tagSet: [],
});

export const zoneId = (zone: string): string => `euw1-az${"abc".indexOf(zone.slice(-1)) + 1}`;

const ruleView =
  (account: string) =>
  ({ protocol, from, to, cidrs, groups }: TrafficRule): Output => ({
    ipProtocol: protocol,
    fromPort: from,
    toPort: to,
    groups: groups.map((groupId) => ({ groupId, userId: account })),
    ipRanges: cidrs.map((cidrIp) => ({ cidrIp })),
    ipv6Ranges: [],
    prefixListIds: [],
  });

export const groupView = ({ account, region, network }: World, group: SecurityGroup): Output => ({
  groupId: group.id,
  groupName: group.name,
  groupDescription: group.description,
  ownerId: account,
  vpcId: network.vpcId,
  securityGroupArn: `arn:aws:ec2:${region}:${account}:security-group/${group.id}`,
  ipPermissions: group.ingress.map(ruleView(account)),
  ipPermissionsEgress: group.egress.map(ruleView(account)),
  tagSet: tagSet(group.tags),
});

export const ROUTE_TABLE = "rtb-0a1b2c3d4e5f60718";

/** A default VPC's main table leads within it, and to the internet. [D] */
export const routeTableView = (account: string, vpcId: string, cidr: string): Output => ({
  routeTableId: ROUTE_TABLE,
  vpcId,
  ownerId: account,
  associationSet: [
    {
      routeTableAssociationId: "rtbassoc-0a1b2c3d4e5f60718",
      routeTableId: ROUTE_TABLE,
      main: "true",
      associationState: { state: "associated" },
    },
  ],
  routeSet: [
    { destinationCidrBlock: cidr, gatewayId: "local", state: "active", origin: "CreateRouteTable" },
    { destinationCidrBlock: "0.0.0.0/0", gatewayId: "igw-0a1b2c3d4e5f60718", state: "active", origin: "CreateRoute" },
  ],
  propagatingVgwSet: [],
  tagSet: [],
});
