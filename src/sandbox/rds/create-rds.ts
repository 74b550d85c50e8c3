import type { PostgresServer } from "../postgres/server.ts";
import type { NameEndpoint } from "./dns-endpoint.ts";
import type { Rds, RdsFaults } from "./model.ts";
import { DEFAULT_PARAMETERS, PRODUCTION_PARAMETERS } from "./parameters.ts";

export const SUBNET_GROUPS = { default: "default", production: "vulcan-prod-private" } as const;

/** RDS in an account that has no instance yet. */
export function makeRds(
  primary: PostgresServer,
  primaryAddress: NameEndpoint,
  subnetIds: readonly string[],
  { trouble = {}, isPrivate = false }: { readonly trouble?: RdsFaults; readonly isPrivate?: boolean } = {},
): Rds {
  return {
    primary,
    primaryAddress,
    instances: new Map(),
    retained: [],
    snapshots: [],
    automated: new Map(),
    events: [],
    parameterGroups: new Map(
      [DEFAULT_PARAMETERS, PRODUCTION_PARAMETERS].map((group) => [group.name, { ...group, tags: [] }]),
    ),
    subnetGroups: new Map(
      Object.entries(SUBNET_GROUPS).map(([kind, name]) => [
        name,
        { name, description: `The ${kind} subnet group`, subnetIds, tags: [] },
      ]),
    ),
    endpoints: new Map(),
    servers: new Set(),
    trouble,
    isPrivate,
    rewind: undefined,
  };
}
