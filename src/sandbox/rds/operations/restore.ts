import { AwsError } from "../../http/aws-error.ts";
import type { Input, Output } from "../../http/input.ts";
import { text } from "../../http/input.ts";
import { changing, type Operation } from "../../http/operation.ts";
import type { World } from "../../world.ts";
import { backupArn, checkGroups, findInstance, notAvailable, refuseTaken } from "../find.ts";
import { badCombination, newName, tagsOf } from "../input.ts";
import type { DbInstance } from "../model.ts";
import { QUOTAS, refuseOverStorage } from "../quotas.ts";
import { beginRestore } from "../restore.ts";
import { restoreInstant } from "../restore-window.ts";
import { checkRestored, restoredSettings } from "../restored-settings.ts";
import { openPort } from "../servers.ts";
import { checkSettings, requestedPort } from "../setting-rules.ts";
import { instanceView } from "../views.ts";

/** The source, by name, by resource id or by automated backups. The last two also find a deleted instance. */
function sourceOf(world: World, input: Input): DbInstance {
  const name = text(input, "SourceDBInstanceIdentifier");
  if (name !== undefined) return findInstance(world, name);
  const id = text(input, "SourceDbiResourceId");
  const arn = text(input, "SourceDBInstanceAutomatedBackupsArn");
  if (id === undefined && arn === undefined) {
    throw badCombination("A source DB instance, resource ID or automated backup must be specified.");
  }
  const all = [...world.rds.instances.values(), ...world.rds.retained];
  const found = all.find((one) => one.resourceId === id || backupArn(world, one) === arn);
  if (found !== undefined) return found;
  if (arn === undefined) throw new AwsError("DBInstanceNotFound", `DBInstance ${id} not found.`, 404);
  throw new AwsError("DBInstanceAutomatedBackupNotFound", `Automated backup ${arn} not found.`, 404);
}

/** States of a source that refuse a restore: the instance has no data yet, or it is being deleted. [I] */
const UNFIT: readonly string[] = ["creating", "deleting", "failed", "incompatible-restore"];

function refuseOverQuota(world: World, storage: number): void {
  if (world.rds.instances.size >= QUOTAS.DBInstances) {
    throw new AwsError("InstanceQuotaExceeded", "DB Instance quota exceeded");
  }
  refuseOverStorage(world, storage);
}

/** The instance that the answer promises, and that DescribeDBInstances never shows. */
function announced(world: World, input: Input): Output {
  const identifier = newName(input, "TargetDBInstanceIdentifier");
  const source = sourceOf(world, input);
  const promised = { ...source, identifier, status: "creating", endpoint: undefined, tags: tagsOf(input) };
  return {
    DBInstance: { ...instanceView(world, promised), DbiResourceId: `db-${world.random.hex(26).toUpperCase()}` },
  };
}

export const restoreOperations: Readonly<Record<string, Operation>> = {
  RestoreDBInstanceToPointInTime: changing(async (world, input) => {
    const identifier = newName(input, "TargetDBInstanceIdentifier");
    const source = sourceOf(world, input);
    refuseTaken(world, identifier);
    if (UNFIT.includes(source.status) && !world.rds.retained.includes(source)) {
      throw notAvailable(source);
    }
    const at = restoreInstant(world, source, input);
    const settings = restoredSettings(world, source.settings, input);
    checkSettings(world, settings, settings);
    checkRestored(source.settings, settings, input);
    checkGroups(world, settings);
    refuseOverQuota(world, settings.AllocatedStorage);
    tagsOf(input);
    const port = requestedPort(input, "Port");
    if (port !== undefined) {
      const address = await openPort(world, port);
      refuseTaken(world, identifier);
      world.rds.endpoints.set(identifier, Promise.resolve(address));
    }
    const instance = beginRestore(world, source, identifier, at, settings, input);
    return { DBInstance: instanceView(world, instance) };
  }, announced),
};
