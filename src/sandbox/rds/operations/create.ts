import { startWatching } from "../../cloudwatch/alarm-engine.ts";
import { type Input, type Output, withoutEmpty } from "../../http/input.ts";
import { changing, type Operation } from "../../http/operation.ts";
import type { World } from "../../world.ts";
import { automatedBackup } from "../backups.ts";
import { createdSettings } from "../created-settings.ts";
import { recordEvent } from "../events.ts";
import { checkGroups, refuseTaken } from "../find.ts";
import { checkedTags, newName } from "../input.ts";
import { type MasterUser, masterUserOf } from "../master-user.ts";
import { beginning, type DbInstance, type Settings } from "../model.ts";
import { startNewServer } from "../new-server.ts";
import { connectionsOf } from "../parameters.ts";
import { refuseOverQuota } from "../quotas.ts";
import { checkRestored } from "../restored-settings.ts";
import { addressOf, connectAddress, onDemand, reservePort } from "../servers.ts";
import { checkSettings } from "../setting-rules.ts";
import { type Phase, runPhases } from "../state-sequence.ts";
import { instanceView } from "../views.ts";

/** An instance in state `creating`, on an empty server of its own. */
function newInstance(world: World, input: Input, identifier: string, resourceId: string, given: Settings): DbInstance {
  const user: MasterUser = masterUserOf(world, input, resourceId);
  const settings = { ...given, MasterUserSecretArn: user.secretArn };
  const limit = connectionsOf(world, settings.DBParameterGroupName, settings.DBInstanceClass);
  return {
    identifier,
    resourceId,
    masterUsername: user.name,
    databaseName: user.database,
    createdAt: world.clock.now(),
    settings,
    tags: checkedTags(input),
    ...beginning(),
    ...onDemand(world.rds, () => startNewServer(world, user, limit)),
  };
}

/** `creating`, then the first backup, then `available`. [O] */
function begin(world: World, instance: DbInstance): void {
  const { settings, identifier } = instance;
  const starting = Promise.all([addressOf(world, identifier), instance.server()]);
  const creating: Phase = {
    status: "creating",
    ms: world.timings.dbCreating,
    work: () => starting,
    done: () => {
      void starting.then(([endpoint]) => {
        instance.endpoint = endpoint;
        connectAddress(instance);
      });
      recordEvent(world, instance, "created");
    },
  };
  const backup = settings.BackupRetentionPeriod > 0 ? [automatedBackup(world, instance)] : [];
  const exported: Phase = { status: "configuring-log-exports", ms: world.timings.dbConfiguring };
  runPhases(world, instance, [
    creating,
    ...backup,
    ...(settings.EnabledCloudwatchLogsExports.length > 0 ? [exported] : []),
  ]);
}

async function create(world: World, input: Input): Promise<Output> {
  const identifier = newName(input, "DBInstanceIdentifier");
  const settings = createdSettings(world, input);
  refuseTaken(world, identifier);
  checkSettings(world, settings, settings);
  checkRestored(settings, settings, input);
  checkGroups(world, settings);
  refuseOverQuota(world, settings.AllocatedStorage);
  const resourceId = `db-${world.random.hex(26).toUpperCase()}`;
  const instance = newInstance(world, input, identifier, resourceId, settings);
  await reservePort(world, identifier, input);
  world.rds.instances.set(identifier, instance);
  begin(world, instance);
  startWatching(world);
  return { DBInstance: instanceView(world, instance) };
}

export const createOperations: Readonly<Record<string, Operation>> = {
  CreateDBInstance: changing((world, input) => create(world, withoutEmpty(input))),
};
