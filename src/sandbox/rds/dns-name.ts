import type { World } from "../world.ts";
import { type NameEndpoint, USUAL_PORT } from "./dns-endpoint.ts";
import type { DbInstance } from "./model.ts";

/** The account's own part of its instances' names. */
const ACCOUNT_PART = "c9akciq32rgh";

/** A name such as `vulcan-prod.c1x2y3.eu-west-1.rds.amazonaws.com`. */
const RDS_NAME = /^([a-z][a-z0-9-]*)\.[a-z0-9.-]+\.rds\.amazonaws\.com$/i;

/** The name that RDS gives an instance: here nothing but the sandbox's tasks knows what it stands for. [D] */
const dnsName = (region: string, identifier: string): string =>
  `${identifier}.${ACCOUNT_PART}.${region}.rds.amazonaws.com`;

/** The URL of a database, by the name of its instance instead of by a port of this machine. */
export function byName(url: string, region: string, identifier: string): string {
  const named = new URL(url);
  named.host = `${dnsName(region, identifier)}:${USUAL_PORT}`;
  return named.href;
}

/** The address of the instance that a host name means, whatever account and region stand in it. */
export function endpointNamed(world: World, host: string): NameEndpoint | undefined {
  const identifier = RDS_NAME.exec(host)?.[1]?.toLowerCase();
  return identifier === undefined ? undefined : world.rds.instances.get(identifier)?.endpoint;
}

/** The port an address is known by: its own on this machine, or, where the database is private, its name's. */
export const shownPort = ({ rds }: World, endpoint: NameEndpoint): number =>
  rds.isPrivate ? endpoint.namedPort : endpoint.port;

/** Where an instance is to be found, as DescribeDBInstances tells it. */
export function endpointView(world: World, { identifier, endpoint }: DbInstance): Record<string, unknown> | undefined {
  if (endpoint === undefined) return undefined;
  const address = world.rds.isPrivate ? dnsName(world.region, identifier) : "127.0.0.1";
  return { Address: address, Port: shownPort(world, endpoint), HostedZoneId: "Z29XKXDKYMONMX" };
}
