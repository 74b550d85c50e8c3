import type { PostgresServer } from "../postgres/server.ts";
import type { NameEndpoint } from "./dns-endpoint.ts";
import type { Rds, RdsFaults } from "./model.ts";
import { DEFAULT_PARAMETERS, PRODUCTION_PARAMETERS } from "./parameters.ts";

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
    endpoints: new Map(),
    servers: new Set(),
    trouble,
    isPrivate,
    rewind: undefined,
  };
}
