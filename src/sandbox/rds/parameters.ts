import { CONNECTIONS } from "../postgres/server.ts";
import type { World } from "../world.ts";
import type { DbInstance, ParameterGroup } from "./model.ts";

export const DEFAULT_GROUP = "default.postgres18";
export const FAMILY = "postgres18";
export const ENGINE_VERSION = "18.4";

/** The formula of RDS's default groups. [D] */
const FORMULA = "LEAST({DBInstanceClassMemory/9531392},5000)";

/** Usable memory of the instance classes, in GiB. [D] */
const MEMORY: Readonly<Record<string, number>> = {
  "db.t4g.micro": 1,
  "db.t4g.small": 2,
  "db.t4g.medium": 4,
  "db.t4g.large": 8,
  "db.m7g.large": 8,
  "db.m7g.xlarge": 16,
  "db.r7g.large": 16,
  "db.r7g.xlarge": 32,
};

/** Every parameter that the sandbox knows, with the values of a default group. Only max_connections has an effect. */
export const DEFAULTS: Readonly<Record<string, { readonly value: string | undefined; readonly apply: string }>> = {
  log_min_duration_statement: { value: undefined, apply: "dynamic" },
  max_connections: { value: FORMULA, apply: "static" },
  "rds.force_ssl": { value: "1", apply: "dynamic" },
  "rds.logical_replication": { value: "0", apply: "static" },
  shared_preload_libraries: { value: "pg_stat_statements", apply: "static" },
  work_mem: { value: undefined, apply: "dynamic" },
};

export const DEFAULT_PARAMETERS: Omit<ParameterGroup, "tags"> = {
  name: DEFAULT_GROUP,
  description: "Default parameter group for postgres18",
  values: {},
};

/** A parameter group as customers have it for production, with its own connection limit. */
export const PRODUCTION_PARAMETERS: Omit<ParameterGroup, "tags"> = {
  name: "vulcan-prod-postgres18",
  description: "Vulcan production",
  values: {
    max_connections: String(CONNECTIONS),
    log_min_duration_statement: "500",
    shared_preload_libraries: "pg_stat_statements,auto_explain",
  },
};

/** The max_connections that an instance of this class has under the group. */
export function connectionsOf(world: World, group: string, instanceClass: string): number {
  const value = world.rds.parameterGroups.get(group)?.values.max_connections ?? FORMULA;
  if (value !== FORMULA) return Number(value);
  const bytes = (MEMORY[instanceClass] ?? 8) * 2 ** 30;
  return Math.min(Math.floor(bytes / 9_531_392), 5000);
}

/** Restarts the real server with the connection limit that its group has now. */
export async function restartUnderGroup(world: World, instance: DbInstance): Promise<void> {
  const { DBParameterGroupName, DBInstanceClass } = instance.settings;
  const server = await instance.server();
  await server.restart(connectionsOf(world, DBParameterGroupName, DBInstanceClass));
}
