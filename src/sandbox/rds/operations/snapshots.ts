import { AwsError } from "../../http/aws-error.ts";
import type { Input } from "../../http/input.ts";
import { flag, text } from "../../http/input.ts";
import { changing, type Operation, reading } from "../../http/operation.ts";
import type { World } from "../../world.ts";
import { findIdle } from "../find.ts";
import { badValue, checkedTags, filtered, newName, pageOf, requiredText } from "../input.ts";
import type { DbSnapshot } from "../model.ts";
import {
  allSnapshots,
  copySnapshot,
  findAvailable,
  findSnapshot,
  refuseSnapshot,
  secureData,
  takeSnapshot,
} from "../snapshots.ts";
import { runPhases } from "../state-sequence.ts";
import { snapshotView } from "../views.ts";

const FIELDS: Readonly<Record<string, (snapshot: DbSnapshot) => string | undefined>> = {
  "db-instance-id": ({ instanceName }) => instanceName,
  "db-snapshot-id": ({ identifier }) => identifier,
  "dbi-resource-id": ({ resourceId }) => resourceId,
  "snapshot-type": ({ type }) => type,
  engine: () => "postgres",
};

/** Snapshots of other accounts, and of AWS Backup, there are none. [D] */
const TYPES: readonly string[] = ["automated", "manual", "shared", "public", "awsbackup"];

/** The snapshots that a request asks for: of both types, if it names none. [D] */
function requested(world: World, input: Input): DbSnapshot[] {
  const name = text(input, "DBSnapshotIdentifier");
  const instance = text(input, "DBInstanceIdentifier")?.toLowerCase();
  const resource = text(input, "DbiResourceId");
  const type = text(input, "SnapshotType");
  if (type !== undefined && !TYPES.includes(type)) throw badValue(`Invalid snapshot type: ${type}`);
  const all = name === undefined ? allSnapshots(world) : [findSnapshot(world, name)];
  return all.filter(
    (one) =>
      (instance === undefined || one.instanceName === instance) &&
      (resource === undefined || one.resourceId === resource) &&
      (type === undefined || one.type === type),
  );
}

/** A copy from another region would need that region's world. */
function refuseOtherRegion(world: World, input: Input): void {
  const [, , , region] = requiredText(input, "SourceDBSnapshotIdentifier").split(":");
  const isElsewhere = text(input, "SourceDBSnapshotIdentifier")?.startsWith("arn:") === true && region !== world.region;
  const isAbroad = (text(input, "SourceRegion") ?? world.region) !== world.region || input.PreSignedUrl !== undefined;
  if (isElsewhere || isAbroad) {
    throw new AwsError("NotImplemented", "The sandbox does not simulate copies of snapshots across regions.", 501);
  }
}

export const snapshotOperations: Readonly<Record<string, Operation>> = {
  CreateDBSnapshot: changing((world, input) => {
    const identifier = newName(input, "DBSnapshotIdentifier");
    const instance = findIdle(world, requiredText(input, "DBInstanceIdentifier"), ["available", "storage-full"]);
    refuseSnapshot(world, identifier);
    const snapshot = takeSnapshot(world, instance, identifier, checkedTags(input));
    const last = instance.status;
    const work = (): Promise<void> => secureData(snapshot);
    runPhases(world, instance, [{ status: "backing-up", ms: world.timings.dbSnapshot, work }], undefined, last);
    return { DBSnapshot: snapshotView(world, snapshot) };
  }),

  CopyDBSnapshot: changing((world, input) => {
    refuseOtherRegion(world, input);
    const original = findAvailable(world, requiredText(input, "SourceDBSnapshotIdentifier"));
    const identifier = newName(input, "TargetDBSnapshotIdentifier");
    refuseSnapshot(world, identifier);
    const given = checkedTags(input);
    const tags = flag(input, "CopyTags") === true && given.length === 0 ? original.tags : given;
    return { DBSnapshot: snapshotView(world, copySnapshot(world, original, identifier, tags)) };
  }),

  DescribeDBSnapshots: reading((world, input) => {
    const { items, ...more } = pageOf(filtered(requested(world, input), input, FIELDS), input, "snapshots");
    return { ...more, DBSnapshots: items.map((one) => snapshotView(world, one)) };
  }),

  DeleteDBSnapshot: changing((world, input) => {
    const snapshot = findAvailable(world, requiredText(input, "DBSnapshotIdentifier"));
    if (snapshot.type === "automated") {
      throw new AwsError("InvalidDBSnapshotState", "Only manual snapshots may be deleted.");
    }
    world.rds.snapshots.splice(world.rds.snapshots.indexOf(snapshot), 1);
    return { DBSnapshot: { ...snapshotView(world, snapshot), Status: "deleted" } };
  }),
};
