import { AwsError } from "../http/aws-error.ts";
import { text, texts } from "../http/input.ts";
import { reading, type ServiceApi } from "../http/operation.ts";
import { filtered, named } from "./filters.ts";
import { securityGroupOperations } from "./security-groups.ts";
import { ROUTE_TABLE, routeTableView, subnetView, vpcView, zoneId } from "./views.ts";

/** Those of a default VPC. [D] */
const VPC_ATTRIBUTES: Readonly<Record<string, string>> = {
  enableDnsSupport: "true",
  enableDnsHostnames: "true",
  enableNetworkAddressUsageMetrics: "false",
};

/** What an operator looks up before a service or a database can be made. */
export const ec2Api: ServiceApi = {
  scope: "ec2",
  name: "ec2",
  queryVersion: "2016-11-15",
  xmlNamespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
  xmlStyle: "ec2",
  xmlItem: "item",
  operations: {
    DescribeVpcs: reading((world, input) => {
      const { vpcId, cidr } = world.network;
      const vpcs = named([{ id: vpcId, tags: [] }], texts(input, "VpcId"), ({ id }) => id, [
        "InvalidVpcID.NotFound",
        "vpc ID",
      ]);
      const fields = {
        "vpc-id": () => vpcId,
        "is-default": () => "true",
        isDefault: () => "true",
        state: () => "available",
        cidr: () => cidr,
        "owner-id": () => world.account,
      };
      return { vpcSet: filtered(vpcs, input, fields).map(() => vpcView(world)) };
    }),

    DescribeVpcAttribute: reading((world, input) => {
      const { vpcId } = world.network;
      const asked = text(input, "VpcId") ?? "";
      if (asked !== vpcId) throw new AwsError("InvalidVpcID.NotFound", `The vpc ID '${asked}' does not exist`);
      const name = text(input, "Attribute") ?? "";
      const value = VPC_ATTRIBUTES[name];
      if (value === undefined) throw new AwsError("InvalidParameterValue", `Value (${name}) for attribute is invalid.`);
      return { vpcId, [name]: { value } };
    }),

    /** The VPC's main table, which every subnet uses. */
    DescribeRouteTables: reading((world, input) => {
      const { vpcId, cidr } = world.network;
      const unknown: [string, string] = ["InvalidRouteTableID.NotFound", "routeTable ID"];
      const tables = named([{ id: ROUTE_TABLE, tags: [] }], texts(input, "RouteTableId"), ({ id }) => id, unknown);
      const fields = {
        "vpc-id": () => vpcId,
        "route-table-id": () => ROUTE_TABLE,
        "association.main": () => "true",
        "association.subnet-id": () => "",
      };
      return { routeTableSet: filtered(tables, input, fields).map(() => routeTableView(world.account, vpcId, cidr)) };
    }),

    DescribeSubnets: reading((world, input) => {
      const { subnets, vpcId } = world.network;
      const unknown: [string, string] = ["InvalidSubnetID.NotFound", "subnet ID"];
      const wanted = named(subnets, texts(input, "SubnetId"), ({ id }) => id, unknown);
      const fields = {
        "subnet-id": ({ id }: { id: string }) => id,
        "vpc-id": () => vpcId,
        "availability-zone": ({ zone }: { zone: string }) => zone,
        "cidr-block": ({ cidr }: { cidr: string }) => cidr,
        "default-for-az": () => "true",
        state: () => "available",
      };
      const found = filtered(wanted, input, fields);
      return { subnetSet: found.map((subnet) => subnetView(world, subnet)) };
    }),

    DescribeAvailabilityZones: reading(({ region, network }) => ({
      availabilityZoneInfo: network.subnets.map(({ zone }) => ({
        zoneName: zone,
        zoneId: zoneId(zone),
        regionName: region,
        zoneState: "available",
        zoneType: "availability-zone",
        optInStatus: "opt-in-not-required",
        messageSet: [],
      })),
    })),

    ...securityGroupOperations,
  },
};
