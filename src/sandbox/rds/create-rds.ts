import type { PostgresServer } from "../postgres/server.ts";
import type { NameEndpoint } from "./dns-endpoint.ts";
import type { Rds, RdsFaults } from "./model.ts";
import { DEFAULT_PARAMETERS, PRODUCTION_PARAMETERS } from "./parameters.ts";

/** The VPC's default security group, and the one of production's database. */
export const SECURITY_GROUPS = { default: "sg-0de1fa0170d3fa017", production: "sg-0b7e4c1d9a2f35e68" } as const;
export const SUBNET_GROUPS = { default: "default", production: "vulcan-prod-private" } as const;

/** RDS in an account that has no instance yet. */
export function makeRds(
  primary: PostgresServer,
  primaryAddress: NameEndpoint,
  { trouble = {}, isPrivate = false }: { readonly trouble?: RdsFaults; readonly isPrivate?: boolean } = {},
): Rds {
  return {
    primary,
    primaryAddress,
    instances: new Map(),
    retained: [],
    snapshots: [],
    events: [],
    parameterGroups: new Map([DEFAULT_PARAMETERS, PRODUCTION_PARAMETERS].map((group) => [group.name, group])),
    subnetGroups: Object.values(SUBNET_GROUPS),
    securityGroups: Object.values(SECURITY_GROUPS),
    endpoints: new Map(),
    servers: new Set(),
    trouble,
    isPrivate,
    rewind: undefined,
  };
}
