import { AwsError } from "../../http/aws-error.ts";
import type { Input } from "../../http/input.ts";
import { flag, text } from "../../http/input.ts";
import { changing, type Operation } from "../../http/operation.ts";
import type { World } from "../../world.ts";
import { tell } from "../events.ts";
import { findInstance, notAvailable } from "../find.ts";
import { badCombination, needed, newName } from "../input.ts";
import type { DbInstance } from "../model.ts";
import { endServer } from "../servers.ts";
import { refuseSnapshot, takeSnapshot } from "../snapshots.ts";
import { runPhases } from "../state-sequence.ts";
import { instanceView } from "../views.ts";

/** The name of the last snapshot, where one is wanted. Exactly one of the two must be said. [D] */
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

export const deleteOperations: Readonly<Record<string, Operation>> = {
  DeleteDBInstance: changing((world, input) => {
    const instance = findInstance(world, needed(input, "DBInstanceIdentifier"));
    if (instance.status === "deleting") {
      throw new AwsError("InvalidDBInstanceState", `Instance ${instance.identifier} is already being deleted.`);
    }
    if (instance.settings.DeletionProtection) {
      throw badCombination("Cannot delete protected DB Instance, please disable deletion protection and try again.");
    }
    const snapshot = finalSnapshot(world, instance, input);
    // Automated backups go with the instance unless the request says otherwise. [D]
    const keep = flag(input, "DeleteAutomatedBackups") === false && instance.restorableFrom !== undefined;
    if (snapshot !== undefined) takeSnapshot(world, instance, snapshot, []);
    instance.endpoint?.cut();
    const gone = (): void => {
      world.rds.instances.delete(instance.identifier);
      tell(world, instance, "deleted");
      if (keep) world.rds.retained.push(instance);
      else void endServer(world, instance).catch(() => {}); // it may never have started
    };
    runPhases(world, instance, [{ status: "deleting", ms: world.timings.dbDeleting }], gone, "deleting");
    return { DBInstance: instanceView(world, instance) };
  }),
};
