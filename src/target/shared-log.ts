import { type ClientSettings, createClients, READ_ATTEMPTS, WRITE_ATTEMPTS } from "../aws/client/clients.ts";
import type { JournalTableReads } from "../domain/journal-table.ts";
import type { SharedLog } from "../domain/shared-log.ts";
import { type StoreAddress, storeName } from "../domain/store-address.ts";

const PATIENCE_MS = 4000;

/** How the table of that address is set up: reads alone, in its own region, with the limits of a waiting person. */
export function openJournalTable(address: StoreAddress, settings: ClientSettings): JournalTableReads {
  const { table, region = settings.region } = address;
  const name = storeName(address, settings.region);
  const reads = once(async () => {
    const { createJournalTableReads } = await import("../aws/dynamodb/journal-table.ts");
    const own = { ...settings, patience: PATIENCE_MS, blocksWrites: true, ...(region && { region }) };
    return createJournalTableReads(createClients(own, READ_ATTEMPTS), { table, name }, region);
  });
  return {
    name,
    region,
    table: async () => (await reads()).table(),
    isRestorable: async () => (await reads()).isRestorable(),
    tryReads: async () => (await reads()).tryReads(),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** The journal of that address, in its own region. Its code is loaded at the first call. */
export function openLog(address: StoreAddress, settings: ClientSettings): SharedLog {
  const { table, region = settings.region } = address;
  const name = storeName(address, settings.region);
  const log = once(async () => {
    const { createSharedLog } = await import("../aws/dynamodb/shared-log.ts");
    return createSharedLog(createClients({ ...settings, ...(region && { region }) }, WRITE_ATTEMPTS), { table, name });
  });
  return {
    name,
    put: async (record) => (await log()).put(record),
    read: async (execution, from) => (await log()).read(execution, from),
    list: async (most) => (await log()).list(most),
  };
}
