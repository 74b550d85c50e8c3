import { AwsError } from "../../http/aws-error.ts";
import { text } from "../../http/input.ts";
import { changing, type Operation, reading } from "../../http/operation.ts";
import { findIdle } from "../find.ts";
import { filtered, newName, pageOf, requiredText, tagsOf } from "../input.ts";
import type { DbSnapshot } from "../model.ts";
import { refuseSnapshot, takeSnapshot } from "../snapshots.ts";
import { runPhases } from "../state-sequence.ts";
import { snapshotView } from "../views.ts";

const FIELDS: Readonly<Record<string, (snapshot: DbSnapshot) => string | undefined>> = {
  "db-instance-id": ({ instanceName }) => instanceName,
  "db-snapshot-id": ({ identifier }) => identifier,
  "dbi-resource-id": ({ resourceId }) => resourceId,
  "snapshot-type": ({ type }) => type,
  engine: () => "postgres",
};

const noSnapshot = (identifier: string): AwsError =>
  new AwsError("DBSnapshotNotFound", `DBSnapshot ${identifier} not found.`, 404);

export const snapshotOperations: Readonly<Record<string, Operation>> = {
  CreateDBSnapshot: changing((world, input) => {
    const identifier = newName(input, "DBSnapshotIdentifier");
    const instance = findIdle(world, requiredText(input, "DBInstanceIdentifier"), ["available", "storage-full"]);
    refuseSnapshot(world, identifier);
    const snapshot = takeSnapshot(world, instance, identifier, tagsOf(input));
    const last = instance.status;
    runPhases(world, instance, [{ status: "backing-up", ms: world.timings.dbSnapshot }], undefined, last);
    return { DBSnapshot: snapshotView(world, snapshot) };
  }),

  DescribeDBSnapshots: reading((world, input) => {
    const name = text(input, "DBSnapshotIdentifier")?.toLowerCase();
    const instance = text(input, "DBInstanceIdentifier")?.toLowerCase();
    const type = text(input, "SnapshotType");
    const all = world.rds.snapshots.filter(
      (one) =>
        (name === undefined || one.identifier === name) &&
        (instance === undefined || one.instanceName === instance) &&
        (type === undefined || one.type === type),
    );
    if (name !== undefined && all.length === 0) {
      throw noSnapshot(name);
    }
    const { items, ...more } = pageOf(filtered(all, input, FIELDS), input, "snapshots");
    return { ...more, DBSnapshots: items.map((one) => snapshotView(world, one)) };
  }),

  DeleteDBSnapshot: changing((world, input) => {
    const identifier = requiredText(input, "DBSnapshotIdentifier").toLowerCase();
    const snapshot = world.rds.snapshots.find((one) => one.identifier === identifier);
    if (snapshot === undefined) throw noSnapshot(identifier);
    if (world.clock.now() < snapshot.until) {
      throw new AwsError(
        "InvalidDBSnapshotState",
        `Cannot delete the snapshot ${identifier} because it is not available.`,
      );
    }
    world.rds.snapshots.splice(world.rds.snapshots.indexOf(snapshot), 1);
    return { DBSnapshot: { ...snapshotView(world, snapshot), Status: "deleted" } };
  }),
};
