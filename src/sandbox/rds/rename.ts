import type { World } from "../world.ts";
import { recordEvent } from "./events.ts";
import type { DbInstance } from "./model.ts";
import { addressOf, connectAddress } from "./servers.ts";
import type { Phase } from "./state-sequence.ts";

/**
 * The old name stops resolving at once, and sessions are cut. The new name points to the instance after about ten
 * minutes, long after the status says `available`. [D]
 */
export function renaming(world: World, instance: DbInstance, identifier: string): Phase[] {
  const { dbRenaming, dbRebooting } = world.timings;
  const work = async (): Promise<void> => {
    instance.endpoint?.cut();
    await addressOf(world, identifier);
  };
  return [
    { status: "renaming", ms: dbRenaming, work, done: () => applyName(world, instance, identifier) },
    { status: "rebooting", ms: dbRebooting, done: () => recordEvent(world, instance, "restarted") },
  ];
}

function applyName(world: World, instance: DbInstance, identifier: string): void {
  const before = instance.identifier;
  world.rds.instances.delete(before);
  world.rds.instances.set(identifier, instance);
  instance.identifier = identifier;
  recordEvent(world, instance, "renaming", before, identifier);
  void addressOf(world, identifier).then((address) => {
    instance.endpoint = address;
  });
  world.clock.after(world.timings.dbNewName, () => {
    if (instance.identifier !== identifier || instance.status === "deleting") return;
    connectAddress(instance);
  });
}
