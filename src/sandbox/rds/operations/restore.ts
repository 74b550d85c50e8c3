import { AwsError } from "../../http/aws-error.ts";
import type { Input, Output } from "../../http/input.ts";
import { text, withoutEmpty } from "../../http/input.ts";
import { changing, type Operation } from "../../http/operation.ts";
import type { World } from "../../world.ts";
import { backupArn, checkGroups, findInstance, notAvailable, refuseTaken } from "../find.ts";
import { badCombination, checkedTags, newName, requiredText } from "../input.ts";
import type { DbInstance, Settings } from "../model.ts";
import { refuseOverQuota } from "../quotas.ts";
import { beginRestore, type Restore } from "../restore.ts";
import { restoreInstant } from "../restore-window.ts";
import { checkRestored, restoredSettings } from "../restored-settings.ts";
import { reservePort } from "../servers.ts";
import { checkSettings } from "../setting-rules.ts";
import { findAvailable } from "../snapshots.ts";
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

function refuseCluster(input: Input): void {
  if (input.DBClusterSnapshotIdentifier === undefined) return;
  throw new AwsError("NotImplemented", "The sandbox does not simulate snapshots of clusters.", 501);
}

/** The instance that the answer promises, and that DescribeDBInstances never shows. */
function announced(world: World, input: Input): Output {
  const identifier = newName(input, "TargetDBInstanceIdentifier");
  const source = sourceOf(world, input);
  const promised = { ...source, identifier, status: "creating", endpoint: undefined, tags: checkedTags(input) };
  return {
    DBInstance: { ...instanceView(world, promised), DbiResourceId: `db-${world.random.hex(26).toUpperCase()}` },
  };
}

/** Checks all that is asked for before anything begins. `original`: the settings that the request changes. */
async function restore(
  world: World,
  from: Restore,
  identifier: string,
  original: Settings,
  input: Input,
): Promise<Output> {
  const settings = restoredSettings(world, original, input);
  checkSettings(world, settings, settings);
  checkRestored(original, settings, input);
  checkGroups(world, settings);
  refuseOverQuota(world, settings.AllocatedStorage);
  checkedTags(input);
  await reservePort(world, identifier, input);
  return { DBInstance: instanceView(world, beginRestore(world, from, identifier, settings, input)) };
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
    return restore(world, { source, at }, identifier, source.settings, input);
  }, announced),

  /** What the request leaves out is set as in a restore to a time. [D] */
  RestoreDBInstanceFromDBSnapshot: changing(async (world, given) => {
    const input = withoutEmpty(given);
    const identifier = newName(input, "DBInstanceIdentifier");
    refuseCluster(input);
    const snapshot = findAvailable(world, requiredText(input, "DBSnapshotIdentifier"));
    refuseTaken(world, identifier);
    const { source, at } = snapshot;
    return restore(world, { source, at, snapshot }, identifier, snapshot.settings, input);
  }),
};
