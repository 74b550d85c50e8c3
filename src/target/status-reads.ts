import { createClients } from "../aws/client/clients.ts";
import type { Witness } from "../aws/client/request-recorder.ts";
import { type AwsReads, createReads, snapshot } from "../aws/reads.ts";
import { createSetupReads, type SetupReads } from "../aws/setup-reads.ts";
import { createSharedLock, type SharedHolder } from "../aws/ssm/parameter-lock.ts";
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

export function statusReads({ target, profile }: TargetConnection, witness?: Witness): StatusReads {
  const settings = {
    patience: PATIENCE_MS,
    onlyReads: true,
    onlyAws: target.production,
    ...(target.region && { region: target.region }),
    ...(profile && { profile }),
    ...(witness && { witness }),
  };
  const clients = createClients(settings, ATTEMPTS);
  const sharedHolder = () => createSharedLock(clients, target).read();
  return { reads: snapshot(createReads(clients)), setup: createSetupReads(clients), sharedHolder };
}
