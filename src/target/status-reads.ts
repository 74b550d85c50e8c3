import { createClients } from "../aws/client/clients.ts";
import { createReads } from "../aws/reads.ts";
import { createSharedLock } from "../aws/ssm/parameter-lock.ts";
import { readOnce } from "../domain/aws/read-once.ts";
import type { AwsReads } from "../domain/aws/reads.ts";
import type { RequestRecorder } from "../domain/aws/recorded-request.ts";
import type { SharedHolder } from "../domain/lock.ts";
import { type TargetConnection, withSource } from "./connect.ts";

/** Reads for a screen: each is made once, with a limit that suits a waiting person. */
export interface StatusReads {
  readonly reads: AwsReads;
  /** Who holds the lock that operators on different machines share. */
  sharedHolder(): Promise<SharedHolder | undefined>;
}

const PATIENCE_MS = 4000;
const ATTEMPTS = 2;

export function statusReads(
  { target, settingsOf, userAgent, credentials, endpoints, network, keepReads }: TargetConnection,
  recorder?: RequestRecorder,
): StatusReads {
  const settings = {
    patience: PATIENCE_MS,
    userAgent,
    credentials,
    endpoints,
    network,
    blocksWrites: true,
    requiresAwsEndpoint: target.production,
    ...(target.region && { region: target.region }),
    ...(settingsOf && { profile: settingsOf }),
    ...(recorder && { recorder }),
  };
  const clients = createClients(settings, ATTEMPTS);
  const sharedHolder = () => createSharedLock(clients, target).read();
  return {
    reads: readOnce(keepReads(withSource(createReads(clients), credentials))),
    sharedHolder,
  };
}
