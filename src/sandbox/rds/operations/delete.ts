import { AwsError } from "../../http/aws-error.ts";
import type { Input, Output } from "../../http/input.ts";
import { flag, text } from "../../http/input.ts";
import { changing, type Operation } from "../../http/operation.ts";
import type { World } from "../../world.ts";
import { recordEvent } from "../events.ts";
import { findInstance, notAvailable } from "../find.ts";
import { badCombination, newName, requiredText } from "../input.ts";
import type { DbInstance } from "../model.ts";
import { endServer } from "../servers.ts";
import { refuseSnapshot, secureData, takeSnapshot } from "../snapshots.ts";
import { type Phase, runPhases } from "../state-sequence.ts";
import { instanceView } from "../views.ts";

/** The final snapshot's name, or undefined to skip it. The request must have exactly one of the two members. [D] */
function finalSnapshot(world: World, instance: DbInstance, input: Input): string | undefined {
  const skip = flag(input, "SkipFinalSnapshot") === true;
  const named = text(input, "FinalDBSnapshotIdentifier") !== undefined;
  if (skip && named) {
    throw badCombination("FinalDBSnapshotIdentifier can not be specified when deleting with SkipFinalSnapshot.");
  }
  if (skip) return undefined;
  if (!named) throw badCombination("FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.");
  if (["creating", "failed", "incompatible-restore", "incompatible-network"].includes(instance.status)) {
    throw notAvailable(instance);
  }
  const identifier = newName(input, "FinalDBSnapshotIdentifier");
  refuseSnapshot(world, identifier);
  return identifier;
}

const asBefore = (world: World, input: Input): Output => ({
  DBInstance: instanceView(world, findInstance(world, requiredText(input, "DBInstanceIdentifier"))),
});

export const deleteOperations: Readonly<Record<string, Operation>> = {
  DeleteDBInstance: changing((world, input) => {
    const instance = findInstance(world, requiredText(input, "DBInstanceIdentifier"));
    if (instance.status === "deleting") {
      throw new AwsError("InvalidDBInstanceState", `Instance ${instance.identifier} is already being deleted.`);
    }
    if (instance.settings.DeletionProtection) {
      throw badCombination("Cannot delete protected DB Instance, please disable deletion protection and try again.");
    }
    const snapshot = finalSnapshot(world, instance, input);
    // Automated backups are deleted with the instance unless the request keeps them. [D]
    const keep = flag(input, "DeleteAutomatedBackups") === false && instance.restorableFrom !== undefined;
    const taken = snapshot === undefined ? undefined : takeSnapshot(world, instance, snapshot, []);
    instance.endpoint?.cut();
    const gone = (): void => {
      world.rds.instances.delete(instance.identifier);
      recordEvent(world, instance, "deleted");
      // Snapshots are instants in the server's log: it has to be there as long as they are.
      const isKept = world.rds.snapshots.some(({ source }) => source === instance);
      if (keep) world.rds.retained.push(instance);
      else if (!isKept) void endServer(world, instance).catch(() => {}); // it may never have started
    };
    const { dbDeleting, dbSnapshot } = world.timings;
    const deleting: Phase = { status: "deleting", ms: dbDeleting };
    const saving = taken && [{ status: "deleting", ms: dbSnapshot, work: () => secureData(taken) }];
    runPhases(world, instance, [...(saving ?? []), deleting], gone, "deleting");
    return { DBInstance: instanceView(world, instance) };
  }, asBefore),
};
