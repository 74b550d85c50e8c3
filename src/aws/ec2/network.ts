import type { SecurityGroupSetup, SubnetSetup } from "../../domain/aws/setup.ts";
import type { Clients } from "../client/clients.ts";
import { needed } from "../client/needed.ts";

/**
 * Those of these subnets that exist. Asked by a filter: by their ids, one that is gone would make EC2 refuse the call. A
 * filter takes 200 values, and a service has 16 subnets at most. [D]
 */
export async function readSubnets(clients: Clients, ids: readonly string[]): Promise<SubnetSetup[]> {
  const [ec2, { DescribeSubnetsCommand }] = await Promise.all([clients.ec2(), import("../sdk/ec2.ts")]);
  const Filters = [{ Name: "subnet-id", Values: [...ids] }];
  const answer = await ec2.send(new DescribeSubnetsCommand({ Filters }));
  return needed(answer.Subnets, "Subnets").map(({ SubnetId, VpcId, AvailableIpAddressCount, CidrBlock }) => ({
    id: needed(SubnetId, "SubnetId"),
    vpc: needed(VpcId, "VpcId"),
    // An IPv6-only subnet has no IPv4 block, and counts none.
    ...(CidrBlock !== undefined && AvailableIpAddressCount !== undefined && { free: AvailableIpAddressCount }),
  }));
}

/** Those of these security groups that exist. */
export async function readSecurityGroups(clients: Clients, ids: readonly string[]): Promise<SecurityGroupSetup[]> {
  const [ec2, { DescribeSecurityGroupsCommand }] = await Promise.all([clients.ec2(), import("../sdk/ec2.ts")]);
  const Filters = [{ Name: "group-id", Values: [...ids] }];
  const answer = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  return needed(answer.SecurityGroups, "SecurityGroups").map(({ GroupId, VpcId }) => ({
    id: needed(GroupId, "GroupId"),
    ...(VpcId && { vpc: VpcId }),
  }));
}
