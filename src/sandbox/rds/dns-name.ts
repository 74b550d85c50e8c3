import type { World } from "../world.ts";
import { type NameEndpoint, USUAL_PORT } from "./dns-endpoint.ts";
import type { DbInstance } from "./model.ts";

/** The part of the instances' names that belongs to the account. */
const ACCOUNT_PART = "c9akciq32rgh";

/** A name such as `vulcan-prod.c1x2y3.eu-west-1.rds.amazonaws.com`. */
const RDS_NAME = /^([a-z][a-z0-9-]*)\.[a-z0-9.-]+\.rds\.amazonaws\.com$/i;

/** The DNS name that RDS gives an instance. Here only the sandbox's tasks can resolve it. [D] */
const dnsName = (region: string, identifier: string): string =>
  `${identifier}.${ACCOUNT_PART}.${region}.rds.amazonaws.com`;

/** The URL of a database, with the DNS name of its instance instead of a port of this machine. */
export function byName(url: string, region: string, identifier: string): string {
  const named = new URL(url);
  named.host = `${dnsName(region, identifier)}:${USUAL_PORT}`;
  return named.href;
}

/** The address of the instance that a host name points to. Account and region in the name do not matter. */
export function endpointNamed(world: World, host: string): NameEndpoint | undefined {
  const identifier = RDS_NAME.exec(host)?.[1]?.toLowerCase();
  return identifier === undefined ? undefined : world.rds.instances.get(identifier)?.endpoint;
}

/** The port shown for an address: its own port on this machine, or the name's port if the database is private. */
export const shownPort = ({ rds }: World, endpoint: NameEndpoint): number =>
  rds.isPrivate ? endpoint.namedPort : endpoint.port;

/** An instance's endpoint, as DescribeDBInstances shows it. */
export function endpointView(world: World, { identifier, endpoint }: DbInstance): Record<string, unknown> | undefined {
  if (endpoint === undefined) return undefined;
  const address = world.rds.isPrivate ? dnsName(world.region, identifier) : "127.0.0.1";
  return { Address: address, Port: shownPort(world, endpoint), HostedZoneId: "Z29XKXDKYMONMX" };
}
