import { AwsError } from "../http/aws-error.ts";
import type { Input, Output } from "../http/input.ts";
import { records, required, text, texts } from "../http/input.ts";
import { changing, type Operation, reading } from "../http/operation.ts";
import { tagsOf } from "../http/tags.ts";
import type { World } from "../world.ts";
import { findBalancer, invalid, newName, unsimulated } from "./find.ts";
import { connectGroups, elbArn } from "./load-balancer.ts";
import type { LoadBalancer } from "./model.ts";

const balancerView = ({ network }: World, balancer: LoadBalancer): Output => ({
  LoadBalancerArn: balancer.arn,
  DNSName: balancer.dnsName,
  CanonicalHostedZoneId: "Z32O12XQLNTSW2",
  CreatedTime: new Date(balancer.createdAt),
  LoadBalancerName: balancer.name,
  Scheme: balancer.scheme,
  VpcId: balancer.vpcId,
  State: { Code: "active" },
  Type: "application",
  AvailabilityZones: network.subnets
    .filter(({ id }) => balancer.subnets.includes(id))
    .map(({ id, zone }) => ({ ZoneName: zone, SubnetId: id, LoadBalancerAddresses: [] })),
  SecurityGroups: balancer.securityGroups,
  IpAddressType: balancer.dualStack === true ? "dualstack" : "ipv4",
});

/** A new balancer's attributes. [D] */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  "access_logs.s3.enabled": "false",
  "access_logs.s3.bucket": "",
  "access_logs.s3.prefix": "",
  "deletion_protection.enabled": "false",
  "idle_timeout.timeout_seconds": "60",
  "client_keep_alive.seconds": "3600",
  "routing.http2.enabled": "true",
  "routing.http.drop_invalid_header_fields.enabled": "false",
  "routing.http.preserve_host_header.enabled": "false",
  "routing.http.xff_client_port.enabled": "false",
  "routing.http.xff_header_processing.mode": "append",
  "routing.http.desync_mitigation_mode": "defensive",
  "waf.fail_open.enabled": "false",
  "load_balancing.cross_zone.enabled": "true",
};

const PROTECTION = "deletion_protection.enabled";

const attributesView = ({ attributes }: LoadBalancer): Output => ({
  Attributes: Object.entries({ ...ATTRIBUTES, ...Object.fromEntries(attributes) }).map(([Key, Value]) => ({
    Key,
    Value,
  })),
});

/** Two subnets of different zones at least. [D; texts O] */
function subnetsOf({ network }: World, input: Input): string[] {
  const mapped = records(input, "SubnetMappings").map((one) => text(one, "SubnetId") ?? "");
  const ids = [...texts(input, "Subnets"), ...mapped];
  const unknown = ids.find((id) => !network.subnets.some((subnet) => subnet.id === id));
  if (unknown !== undefined) throw new AwsError("SubnetNotFound", `The subnet ID '${unknown}' is not valid`);
  if (new Set(ids).size < 2)
    throw invalid("At least two subnets in two different Availability Zones must be specified");
  return ids;
}

function groupsOf({ network }: World, input: Input): string[] {
  const known = network.securityGroups.map(({ id }) => id);
  const given = texts(input, "SecurityGroups");
  const unknown = given.find((id) => !known.includes(id));
  if (unknown !== undefined) {
    throw new AwsError("InvalidSecurityGroup", `One or more security groups are invalid: '${unknown}'`);
  }
  return given.length > 0 ? given : known.slice(0, 1);
}

function create(world: World, input: Input): Output {
  const name = newName(input, "load balancer");
  const type = text(input, "Type") ?? "application";
  if (type !== "application") throw unsimulated(`load balancers of the type ${type}`);
  if ((text(input, "IpAddressType") ?? "ipv4") !== "ipv4") throw unsimulated("load balancers with IPv6");
  if (world.loadBalancers.some((one) => one.name === name)) {
    throw new AwsError("DuplicateLoadBalancerName", `A load balancer with the same name '${name}' exists`);
  }
  const id = world.random.hex(16);
  const scheme = text(input, "Scheme") ?? "internet-facing";
  const prefix = scheme === "internal" ? "internal-" : "";
  const balancer: LoadBalancer = {
    name,
    arn: elbArn(world, `loadbalancer/app/${name}/${id}`),
    dnsName: `${prefix}${name}-${id.slice(0, 10)}.${world.region}.elb.amazonaws.com`,
    scheme,
    vpcId: world.network.vpcId,
    subnets: subnetsOf(world, input),
    securityGroups: groupsOf(world, input),
    createdAt: world.clock.now(),
    attributes: new Map(),
    listeners: [],
    tags: tagsOf(input),
  };
  world.loadBalancers.push(balancer);
  return { LoadBalancers: [balancerView(world, balancer)] };
}

/** Only attributes that have an effect here can be changed. */
function modifyAttributes(world: World, input: Input): Output {
  const balancer = findBalancer(world, required(input, "LoadBalancerArn"));
  const given = records(input, "Attributes").map((one) => [text(one, "Key") ?? "", text(one, "Value") ?? ""] as const);
  for (const [key, value] of given) {
    const present = balancer.attributes.get(key) ?? ATTRIBUTES[key];
    if (present === undefined) throw invalid(`Load balancer attribute key '${key}' is not recognized`);
    if (key !== PROTECTION && value !== present) throw unsimulated(`the attribute ${key} with another value`);
    if (key === PROTECTION && !["true", "false"].includes(value)) throw invalid(`'${value}' is not a boolean`);
  }
  for (const [key, value] of given) balancer.attributes.set(key, value);
  return attributesView(balancer);
}

export const balancerOperations: Readonly<Record<string, Operation>> = {
  DescribeLoadBalancers: reading((world, input) => {
    const names = texts(input, "Names");
    const arns = texts(input, "LoadBalancerArns");
    const all = names.length + arns.length === 0;
    const found = world.loadBalancers.filter(({ name, arn }) => all || names.includes(name) || arns.includes(arn));
    if (found.length < names.length + arns.length) {
      throw new AwsError("LoadBalancerNotFound", "One or more load balancers not found");
    }
    return { LoadBalancers: found.map((balancer) => balancerView(world, balancer)) };
  }),

  CreateLoadBalancer: changing(create),

  /** A balancer that is not there is no error. [D] */
  DeleteLoadBalancer: changing((world, input) => {
    const arn = required(input, "LoadBalancerArn");
    const balancer = world.loadBalancers.find((one) => one.arn === arn);
    if (balancer === undefined) return {};
    if (balancer.attributes.get(PROTECTION) === "true") {
      const message = `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`;
      throw new AwsError("OperationNotPermitted", message);
    }
    world.loadBalancers.splice(world.loadBalancers.indexOf(balancer), 1);
    connectGroups(world);
    return {};
  }),

  DescribeLoadBalancerAttributes: reading((world, input) =>
    attributesView(findBalancer(world, required(input, "LoadBalancerArn"))),
  ),

  /** No capacity is reserved: what would reserve it is not simulated. */
  DescribeCapacityReservation: reading((world, input) => {
    findBalancer(world, required(input, "LoadBalancerArn"));
    return { CapacityReservationState: [] };
  }),

  ModifyLoadBalancerAttributes: changing(modifyAttributes),
};
