import type { LockedSession } from "../domain/database-locks.ts";
import type { AppliedMigration } from "../domain/migrations.ts";
import { placeOf } from "./address.ts";
import { listMigrations } from "./list-migrations.ts";
import { openSession, type Session } from "./session.ts";
import { whoBlocks } from "./who-blocks.ts";

/** Vulcan's database, read over one connection that is made when it is first asked for. */
export interface Database {
  /** `user@host:port/database` */
  readonly place: string;
  /** The rows of the table `migrations`, oldest version first. */
  migrations(): Promise<readonly AppliedMigration[]>;
  /** Who holds or awaits the locks that migrations use; empty where nobody does. */
  whoBlocks(): Promise<readonly LockedSession[]>;
  close(): Promise<void>;
}

export function createDatabase(url: string): Database {
  let opening: Promise<Session> | undefined;
  const session = () => {
    opening ??= openSession(url);
    return opening;
  };
  return {
    place: placeOf(url),
    migrations: async () => listMigrations(await session()),
    whoBlocks: async () => whoBlocks(await session()),
    close: async () => (await opening?.catch(() => undefined))?.close(),
  };
}
