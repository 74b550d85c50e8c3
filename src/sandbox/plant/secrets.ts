import type { World } from "../world.ts";

/** The one secret that every release of Vulcan asks for. Its value reaches the rehearsal's own server, and no other. */
export function plantSecrets(world: World, createdAt: number): void {
  const name = "vulcan/prod/db-url";
  const { user, password, host, port, database } = world.database;
  world.secrets.set(name, {
    arn: `arn:aws:secretsmanager:${world.region}:${world.account}:secret:${name}-Ab12Cd`,
    name,
    value: `postgres://${user}:${password}@${host}:${port}/${database}`,
    versionId: world.random.uuid(),
    createdAt,
  });
}
