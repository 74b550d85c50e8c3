import { createClients, READ_ATTEMPTS } from "../aws/client/clients.ts";
import { createDiscoveryReads } from "../aws/discovery.ts";
import type { DiscoveryReads } from "../domain/aws/discovery.ts";
import type { TargetConnection } from "./connect.ts";

export { configurationFile, type FileToWrite, ownConfigurationPath, writeConfiguration } from "../config/write.ts";

/** Reads of an account whose target is not known yet, by the caller's credentials. No request that writes can leave. */
export function discoveryReads({
  target,
  settingsOf,
  userAgent,
  credentials,
  endpoints,
  network,
}: TargetConnection): DiscoveryReads {
  const settings = {
    ...{ userAgent, credentials, endpoints, network },
    blocksWrites: true,
    ...(target.region && { region: target.region }),
    ...(settingsOf && { profile: settingsOf }),
  };
  return createDiscoveryReads(createClients(settings, READ_ATTEMPTS));
}
