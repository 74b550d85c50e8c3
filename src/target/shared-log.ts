import { type ClientSettings, createClients, WRITE_ATTEMPTS } from "../aws/client/clients.ts";
import type { SharedLog } from "../domain/shared-log.ts";
import { type StoreAddress, storeName } from "../domain/store-address.ts";

/** The journal of that address, in its own region. Its code is loaded at the first call. */
export function openLog(address: StoreAddress, settings: ClientSettings): SharedLog {
  const { table, region = settings.region } = address;
  const name = storeName(address, settings.region);
  let opened: Promise<SharedLog> | undefined;
  const log = (): Promise<SharedLog> => {
    opened ??= import("../aws/dynamodb/shared-log.ts").then(({ createSharedLog }) =>
      createSharedLog(createClients({ ...settings, ...(region && { region }) }, WRITE_ATTEMPTS), { table, name }),
    );
    return opened;
  };
  return {
    name,
    put: async (record) => (await log()).put(record),
    read: async (execution, from) => (await log()).read(execution, from),
    list: async (most) => (await log()).list(most),
  };
}
