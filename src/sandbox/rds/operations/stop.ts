import { text } from "../../http/input.ts";
import { changing, type Operation } from "../../http/operation.ts";
import { recordEvent } from "../events.ts";
import { findIdle, findStopped } from "../find.ts";
import { newName, requiredText } from "../input.ts";
import { connectAddress } from "../servers.ts";
import { refuseSnapshot, secureData, takeSnapshot } from "../snapshots.ts";
import { type Phase, runPhases } from "../state-sequence.ts";
import { instanceView } from "../views.ts";

/** The real server keeps running; its name does not resolve meanwhile. The start after seven days never comes. [differs] */
export const stopOperations: Readonly<Record<string, Operation>> = {
  StopDBInstance: changing((world, input) => {
    const instance = findIdle(world, requiredText(input, "DBInstanceIdentifier"), ["available"]);
    const named = text(input, "DBSnapshotIdentifier");
    const snapshot = named === undefined ? undefined : newName(input, "DBSnapshotIdentifier");
    const { dbStopping, dbSnapshot } = world.timings;
    const phases: Phase[] = [{ status: "stopping", ms: dbStopping }];
    if (snapshot !== undefined) {
      refuseSnapshot(world, snapshot);
      const taken = takeSnapshot(world, instance, snapshot, []);
      phases.unshift({ status: "stopping", ms: dbSnapshot, work: () => secureData(taken) });
    }
    instance.endpoint?.cut();
    runPhases(world, instance, phases, () => recordEvent(world, instance, "stopped"), "stopped");
    return { DBInstance: instanceView(world, instance) };
  }),

  StartDBInstance: changing((world, input) => {
    const identifier = requiredText(input, "DBInstanceIdentifier");
    const instance = findStopped(world, identifier);
    const started = (): void => {
      connectAddress(instance);
      recordEvent(world, instance, "started");
    };
    runPhases(world, instance, [{ status: "starting", ms: world.timings.dbStarting, done: started }]);
    return { DBInstance: instanceView(world, instance) };
  }),
};
