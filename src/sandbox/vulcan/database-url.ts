import type { DatabaseAddress } from "../postgres/databases.ts";
import { USUAL_PORT } from "../rds/dns-endpoint.ts";
import { endpointNamed } from "../rds/dns-name.ts";
import type { World } from "../world.ts";

/**
 * The address to which a build with this DB_URL connects. Throws the error that the build would log. Only databases on
 * this machine can be reached, so that the rehearsal of a foreign definition cannot migrate a foreign database. TLS
 * options have no effect.
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

/** The error does not repeat the URL, because the URL holds a password. */
function parse(text: string): URL {
  if (URL.canParse(text)) {
    const url = new URL(text);
    if (url.protocol === "postgres:" || url.protocol === "postgresql:") return url;
  }
  throw new Error("DB_URL is not a postgres:// URL");
}

function reachable(world: World, host: string, port: string): { host: string; port: number } {
  const endpoint = endpointNamed(world, host);
  const local = { host: "127.0.0.1", port: port === "" ? USUAL_PORT : Number(port) };
  if (endpoint !== undefined) return local.port === endpoint.namedPort ? { ...local, port: endpoint.port } : local;
  if (["127.0.0.1", "localhost", "[::1]"].includes(host)) return local;
  throw new Error(`lookup ${host}: no such host`);
}
