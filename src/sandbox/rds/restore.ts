import type { Input } from "../http/input.ts";
import { restorePostgres } from "../postgres/restore.ts";
import type { World } from "../world.ts";
import { backUpFirst } from "./backups.ts";
import { recordEvent } from "./events.ts";
import { checkedTags } from "./input.ts";
import { beginning, type DbInstance, type DbSnapshot, type Settings } from "./model.ts";
import { connectionsOf } from "./parameters.ts";
import { addressOf, connectAddress, onDemand } from "./servers.ts";
import { type Phase, runPhases } from "./state-sequence.ts";

/** What is restored: the source's data at an instant, which a snapshot may have kept. */
export interface Restore {
  readonly source: DbInstance;
  readonly at: number;
  readonly snapshot?: DbSnapshot;
}

/** Creates an instance in state `creating`. Meanwhile PostgreSQL replays the source's log up to `at`. */
export function beginRestore(
  world: World,
  restore: Restore,
  identifier: string,
  settings: Settings,
  input: Input,
): DbInstance {
  const { source, at, snapshot } = restore;
  // Only a restore to a time takes the source's tags. [D; of snapshots I]
  const inherited = snapshot === undefined ? source.tags : [];
  const limit = connectionsOf(world, settings.DBParameterGroupName, settings.DBInstanceClass);
  const until = world.clock.realAt(at);
  const instance: DbInstance = {
    identifier,
    resourceId: `db-${world.random.hex(26).toUpperCase()}`,
    masterUsername: source.masterUsername,
    databaseName: source.databaseName,
    createdAt: world.clock.now(),
    settings,
    ...beginning(),
    tags: input.Tags === undefined ? inherited : checkedTags(input),
    ...onDemand(world.rds, async () => {
      const server = await restorePostgres(await source.server(), until, limit);
      if (at < world.clock.zero) await world.rds.rewind?.(server, at);
      return server;
    }),
  };
  world.rds.instances.set(identifier, instance);
  // An endless restore stays in `creating` as long as the world lasts.
  if (world.rds.trouble.restore !== "endless") create(world, restore, instance);
  return instance;
}

function create(world: World, restore: Restore, instance: DbInstance): void {
  const { identifier } = instance;
  const phase: Phase = {
    status: "creating",
    ms: world.timings.dbCreating,
    work: () => Promise.all([instance.server(), addressOf(world, identifier)]),
  };
  runPhases(world, instance, [phase], () => void created(world, restore, instance), "creating");
}

async function created(world: World, { source, at, snapshot }: Restore, instance: DbInstance): Promise<void> {
  instance.endpoint = await addressOf(world, instance.identifier);
  const now = world.clock.now();
  instance.initializing = { from: now, until: now + world.timings.dbInitializing };
  recordEvent(world, instance, "created");
  if (snapshot !== undefined) recordEvent(world, instance, "restoredSnapshot", snapshot.identifier);
  else recordEvent(world, instance, "restored", source.identifier, new Date(at).toISOString());
  const { settings } = instance;
  if (world.rds.trouble.restore === "incompatible-parameters") {
    recordEvent(world, instance, "incompatible", settings.DBParameterGroupName);
    instance.status = "incompatible-parameters";
    return;
  }
  connectAddress(instance);
  // If the source's storage is full, so is the copy's, unless the request asks for more. [I]
  const isSourceFull = snapshot === undefined && source.status === "storage-full";
  const isFull = isSourceFull && settings.AllocatedStorage <= source.settings.AllocatedStorage;
  if (isFull) recordEvent(world, instance, "storageFull");
  runPhases(
    world,
    instance,
    settle(world, settings),
    () => backUpFirst(world, instance),
    isFull ? "storage-full" : undefined,
  );
}

/** The states between `creating` and the first `available`. [O] */
function settle(world: World, settings: Settings): Phase[] {
  const { dbBackingUp, dbModifying, dbConfiguring } = world.timings;
  const states: (readonly [boolean, string, number])[] = [
    [settings.BackupRetentionPeriod > 0, "backing-up", dbBackingUp],
    [true, "modifying", dbModifying],
    [settings.EnabledCloudwatchLogsExports.length > 0, "configuring-log-exports", dbConfiguring],
    [settings.IAMDatabaseAuthenticationEnabled, "configuring-iam-database-auth", dbConfiguring],
  ];
  return states.filter(([happens]) => happens).map(([, status, ms]) => ({ status, ms }));
}
