import type { DatabaseAddress } from "../postgres/databases.ts";
import type { World } from "../world.ts";

/** The port of PostgreSQL on AWS. Here each instance has one of its own, which its name stands for. */
const USUAL_PORT = "5432";

/** A name such as `vulcan-prod.c1x2y3.eu-west-1.rds.amazonaws.com`. */
const RDS_NAME = /^([a-z][a-z0-9-]*)\.[a-z0-9.-]+\.rds\.amazonaws\.com$/i;

/**
 * Where a build connects that has this DB_URL; throws what it would log. It reaches this machine alone, so that the
 * rehearsal of a definition from elsewhere cannot migrate a database of elsewhere. TLS options have no effect.
 */
export function databaseAt(world: World, url: string | undefined): DatabaseAddress {
  if (url === undefined || url === "") throw new Error("DB_URL is not set");
  const { hostname, port, username, password, pathname } = parse(url);
  return {
    ...reachable(world, hostname, port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
  };
}

/** The URL is not repeated in the complaint: it holds a password. */
function parse(text: string): URL {
  if (URL.canParse(text)) {
    const url = new URL(text);
    if (url.protocol === "postgres:" || url.protocol === "postgresql:") return url;
  }
  throw new Error("DB_URL is not a postgres:// URL");
}

function reachable(world: World, host: string, port: string): { host: string; port: number } {
  const identifier = RDS_NAME.exec(host)?.[1]?.toLowerCase();
  const endpoint = identifier === undefined ? undefined : world.rds.instances.get(identifier)?.endpoint;
  const local = { host: "127.0.0.1", port: Number(port === "" ? USUAL_PORT : port) };
  if (endpoint !== undefined) return port === "" || port === USUAL_PORT ? { ...local, port: endpoint.port } : local;
  if (["127.0.0.1", "localhost", "[::1]"].includes(host)) return local;
  throw new Error(`lookup ${host}: no such host`);
}
