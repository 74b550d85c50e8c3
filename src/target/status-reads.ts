import { createClients } from "../aws/client/clients.ts";
import { createReads, remembering, snapshot } from "../aws/reads.ts";
import { createSetupReads } from "../aws/setup-reads.ts";
import { createSharedLock } from "../aws/ssm/parameter-lock.ts";
import type { AwsReads, SetupReads } from "../domain/aws/reads.ts";
import type { RequestRecorder } from "../domain/aws/recorded-request.ts";
import type { SharedHolder } from "../domain/lock.ts";
import type { TargetConnection } from "./connect.ts";

/** Reads for a screen: each made once, none waited for longer than a person would. */
export interface StatusReads {
  readonly reads: AwsReads;
  readonly setup: SetupReads;
  /** Who holds the lock that operators on different machines share. */
  sharedHolder(): Promise<SharedHolder | undefined>;
}

const PATIENCE_MS = 4000;
const ATTEMPTS = 2;

export function statusReads(
  { target, profile, credentials }: TargetConnection,
  witness?: RequestRecorder,
): StatusReads {
  const settings = {
    patience: PATIENCE_MS,
    credentials,
    onlyReads: true,
    onlyAws: target.production,
    ...(target.region && { region: target.region }),
    ...(profile && { profile }),
    ...(witness && { witness }),
  };
  const clients = createClients(settings, ATTEMPTS);
  const sharedHolder = () => createSharedLock(clients, target).read();
  return { reads: snapshot(createReads(clients)), setup: remembering(createSetupReads(clients)), sharedHolder };
}
