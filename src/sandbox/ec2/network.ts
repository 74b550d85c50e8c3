import type { Tag } from "../http/tags.ts";
/** A rule that lets traffic through. `-1` is every protocol. */
export interface TrafficRule {
  readonly protocol: string;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly cidrs: readonly string[];
  readonly groups: readonly string[];
}

export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly Tag[];
  ingress: readonly TrafficRule[];
  egress: readonly TrafficRule[];
}

export interface Subnet {
  readonly id: string;
  readonly zone: string;
  readonly cidr: string;
  readonly tags: readonly Tag[];
}

/** The account's one VPC: its default VPC, as each region of an account has one. */
export interface Network {
  readonly vpcId: string;
  readonly cidr: string;
  readonly subnets: readonly Subnet[];
  /** The VPC's default group first. */
  readonly securityGroups: SecurityGroup[];
}

/** The VPC's default security group, and those of production's database and service. */
export const SECURITY_GROUPS = {
  default: "sg-0de1fa0170d3fa017",
  database: "sg-0b7e4c1d9a2f35e68",
  service: "sg-0123456789abcdef0",
} as const;

/** A new group lets all traffic out. [D] */
export const ALL_OUT: TrafficRule = {
  protocol: "-1",
  from: undefined,
  to: undefined,
  cidrs: ["0.0.0.0/0"],
  groups: [],
};

const group = (id: string, name: string, description: string, ingress: readonly TrafficRule[]): SecurityGroup => ({
  id,
  name,
  description,
  tags: [],
  ingress,
  egress: [ALL_OUT],
});

const tcp = (port: number, source: Partial<Pick<TrafficRule, "cidrs" | "groups">>): TrafficRule => ({
  protocol: "tcp",
  from: port,
  to: port,
  cidrs: [],
  groups: [],
  ...source,
});

const VPC_CIDR = "10.0.0.0/16";

/** The same network in every world. Nothing filters traffic by its rules. */
export function makeNetwork(region: string): Network {
  const { default: own, database, service } = SECURITY_GROUPS;
  const within: TrafficRule = { protocol: "-1", from: undefined, to: undefined, cidrs: [], groups: [own] };
  return {
    vpcId: "vpc-0a1b2c3d4e5f60718",
    cidr: VPC_CIDR,
    subnets: ["a", "b", "c"].map((letter, index) => ({
      id: `subnet-0${letter}10000000000000${letter}`,
      zone: `${region}${letter}`,
      cidr: `10.0.${index * 64}.0/18`,
      tags: [],
    })),
    securityGroups: [
      group(own, "default", "default VPC security group", [within]),
      group(database, "vulcan-prod-database", "Vulcan's database", [tcp(5432, { groups: [service] })]),
      group(service, "vulcan-prod-service", "Vulcan's tasks", [tcp(8080, { cidrs: [VPC_CIDR] })]),
    ],
  };
}
