import { type ClientSettings, createClients, WRITE_ATTEMPTS } from "../aws/client/clients.ts";
import { createReads } from "../aws/reads.ts";
import { usageError } from "../domain/error.ts";
import type { FleetEngine } from "../domain/fleet/engine.ts";
import type { FleetStore } from "../domain/fleet/store.ts";
import { type StoreAddress, storeName } from "../domain/store-address.ts";
import type { Caller } from "../domain/target.ts";

/** Where fleets are kept and carried: the table of the shared journal, and the machine beside it. */
export interface FleetHome {
  readonly store: FleetStore;
  readonly engine: FleetEngine;
}

/** In the table's own region, with its own credentials. Its code is loaded at the first call. */
export async function openFleet(address: StoreAddress, settings: ClientSettings): Promise<FleetHome> {
  const { table, region = settings.region } = address;
  if (region === undefined)
    throw usageError("fleet-region", "the region of the shared journal is not known", [
      `in vulcan-ops.yaml, your own: journal: dynamodb://${table}?region=REGION`,
    ]);
  const [{ createFleetStore }, { createFleetEngine }] = await Promise.all([
    import("../aws/dynamodb/fleet-store.ts"),
    import("../aws/sfn/engine.ts"),
  ]);
  const clients = createClients({ ...settings, region }, WRITE_ATTEMPTS);
  let known: Promise<Caller> | undefined;
  const caller = () => {
    known ??= createReads(clients).caller();
    return known;
  };
  const name = storeName(address, settings.region);
  return { store: createFleetStore(clients, { table, name }), engine: createFleetEngine(clients, region, caller) };
}
