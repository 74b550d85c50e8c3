import { byName } from "../rds/dns-name.ts";
import { CURRENT } from "../secrets/secret.ts";
import type { World } from "../world.ts";
import { NAME } from "./network.ts";

/** The secrets that every release of Vulcan asks for. Their values give access only to the rehearsal's own world. */
export function seedSecrets(world: World, createdAt: number): void {
  const { user, password, host, port, database } = world.database;
  const url = `postgres://${user}:${password}@${host}:${port}/${database}`;
  const databaseUrl = world.rds.isPrivate ? byName(url, world.region, NAME) : url;
  plantSecret(world, "vulcan/prod/db-url", "Ab12Cd", databaseUrl, createdAt);
  plantSecret(world, "vulcan/prod/admin-token", "Ef56Gh", world.adminToken, createdAt);
}

function plantSecret(world: World, name: string, suffix: string, value: string, createdAt: number): void {
  const arn = `arn:aws:secretsmanager:${world.region}:${world.account}:secret:${name}-${suffix}`;
  const version = { id: world.random.uuid(), value, createdAt, stages: [CURRENT] };
  world.secrets.set(name, {
    arn,
    name,
    description: undefined,
    createdAt,
    versions: [version],
    tags: [],
    deletedAt: undefined,
  });
}
