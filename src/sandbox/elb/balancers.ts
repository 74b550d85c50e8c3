import { AwsError } from "../http/aws-error.ts";
import type { Output } from "../http/input.ts";
import { texts } from "../http/input.ts";
import { type Operation, reading } from "../http/operation.ts";
import type { LoadBalancer } from "../world.ts";

const balancerView = (balancer: LoadBalancer): Output => ({
  LoadBalancerArn: balancer.arn,
  DNSName: balancer.dnsName,
  CreatedTime: new Date(balancer.createdAt),
  LoadBalancerName: balancer.name,
  Scheme: balancer.internal === true ? "internal" : "internet-facing",
  VpcId: balancer.vpcId,
  State: { Code: "active" },
  Type: "application",
  IpAddressType: balancer.dualStack === true ? "dualstack" : "ipv4",
});

export const balancerOperations: Readonly<Record<string, Operation>> = {
  DescribeLoadBalancers: reading((world, input) => {
    const names = texts(input, "Names");
    const arns = texts(input, "LoadBalancerArns");
    const all = names.length + arns.length === 0;
    const found = world.loadBalancers.filter(({ name, arn }) => all || names.includes(name) || arns.includes(arn));
    if (found.length < names.length + arns.length) {
      throw new AwsError("LoadBalancerNotFound", "One or more load balancers not found");
    }
    return { LoadBalancers: found.map(balancerView) };
  }),
};
