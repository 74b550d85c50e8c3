import pg from "pg";
import { asAdmin } from "../postgres/restore.ts";
import { type PostgresServer, startPostgres } from "../postgres/server.ts";
import type { World } from "../world.ts";
import type { MasterUser } from "./master-user.ts";

/** The superuser of RDS's own, whose password no operator gets. [D] */
const ADMIN = "rdsadmin";

/** What RDS's master user may do, without being a superuser. [D] */
const MAY = "LOGIN CREATEDB CREATEROLE";

/** Starts a server of its own for a new instance, with the master user and its database. */
export async function startNewServer(world: World, user: MasterUser, connections: number): Promise<PostgresServer> {
  const server = await startPostgres(world.rds.primary.home);
  const [name, password] = [pg.escapeIdentifier(user.name), pg.escapeLiteral(user.password)];
  const [admin, secret] = [pg.escapeIdentifier(ADMIN), pg.escapeLiteral(server.password)];
  await asAdmin(server, async (client) => {
    await client.query(`CREATE ROLE ${admin} SUPERUSER LOGIN PASSWORD ${secret}`);
    // The cluster's own first user has a name that an operator may ask for as well.
    const verb = server.user === user.name ? "ALTER" : "CREATE";
    await client.query(`${verb} ROLE ${name} ${MAY} PASSWORD ${password}`);
    await client.query(`GRANT pg_monitor, pg_signal_backend, pg_checkpoint TO ${name} WITH ADMIN OPTION`);
    await client.query(`ALTER DATABASE postgres OWNER TO ${name}`);
    if (user.database === undefined || user.database === "postgres") return;
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(user.database)} OWNER ${name}`);
  });
  server.user = ADMIN;
  if (connections !== server.connections) await server.restart(connections);
  return server;
}
