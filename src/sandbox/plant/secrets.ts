import type { World } from "../world.ts";

/** The one secret that every release of Vulcan asks for. Tasks get the database from the world itself. */
export function plantSecrets(world: World, createdAt: number): void {
  const name = "vulcan/prod/db-url";
  world.secrets.set(name, {
    arn: `arn:aws:secretsmanager:${world.region}:${world.account}:secret:${name}-Ab12Cd`,
    name,
    value: "postgres://vulcan:rehearsal@vulcan-prod.rehearsal:5432/vulcan",
    versionId: world.random.uuid(),
    createdAt,
  });
}
