import { texts } from "../http/input.ts";
import { reading, type ServiceApi } from "../http/operation.ts";
import { filtered, named } from "./filters.ts";
import { securityGroupOperations } from "./security-groups.ts";
import { subnetView, vpcView, zoneId } from "./views.ts";

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
